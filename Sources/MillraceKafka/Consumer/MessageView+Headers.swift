import MillraceCRdkafka

/// A header in its message's memory.
package struct HeaderView {
    /// The name's bytes.
    package var name: UnsafeRawBufferPointer
    /// The value's bytes; nil where the value is null, which an empty one is not.
    package var value: UnsafeRawBufferPointer?

    /// A header in memory that outlives it.
    @inlinable package init(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?) {
        self.name = name
        self.value = value
    }
}

/// Room for the headers of one message after another.
package struct HeaderBuffer {
    /// The headers of the message that was read last.
    package private(set) var headers: [HeaderView] = []

    /// Empty.
    package init() {}

    mutating func fill(from message: MessageView) -> Int {
        headers.removeAll(keepingCapacity: true)
        message.forEachHeader { headers.append(HeaderView(name: $0, value: $1)) }
        return headers.count
    }
}

extension MessageView {
    /// Calls with each header's name and value in order, duplicates included. The first call for a message makes
    /// librdkafka parse them (about 0.2 µs); a record without headers costs next to nothing.
    @inlinable package func forEachHeader(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void) {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list).rawValue == 0 else { return }
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        var index = 0
        while rd_kafka_header_get_all(list, index, &name, &value, &size).rawValue == 0, let start = name {
            body(
                UnsafeRawBufferPointer(start: start, count: millrace_text_length(start)),
                value.map { UnsafeRawBufferPointer(start: $0, count: size) })
            index += 1
        }
    }
}

extension MessageBatch {
    /// Fills the buffer with a message's headers and answers how many there are; valid while the message is.
    package func headers(at index: Int, into buffer: inout HeaderBuffer) -> Int {
        buffer.fill(from: message(at: index))
    }
}
