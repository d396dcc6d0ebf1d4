import MillraceCRdkafka

/// Headers to send, in order, duplicates included. Used by one thread at a time, and up once it was sent.
package final class HeaderList {
    private(set) var pointer: OpaquePointer?

    /// An empty list.
    /// - Parameter capacity: how many headers are expected.
    package init(capacity: Int = 8) { pointer = rd_kafka_headers_new(capacity) }

    /// The headers of a record, exactly, to which others can be added.
    package init(copying message: MessageView) {
        var list: OpaquePointer?
        if rd_kafka_message_headers(message.message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR {
            pointer = rd_kafka_headers_copy(list)
        } else {
            pointer = rd_kafka_headers_new(8)
        }
    }

    deinit { if let pointer { rd_kafka_headers_destroy(pointer) } }

    /// Adds a header at the end; a nil value is null, which an empty one is not. Copies both.
    package func append(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) {
        let start = name.baseAddress?.assumingMemoryBound(to: CChar.self)
        if let value {
            // An empty buffer may have no address, which would be null.
            withUnsafeBytes(of: UInt8(0)) { none in
                _ = rd_kafka_header_add(
                    pointer, start ?? none.baseAddress?.assumingMemoryBound(to: CChar.self), name.count,
                    value.baseAddress ?? none.baseAddress, value.count)
            }
        } else {
            _ = rd_kafka_header_add(pointer, start, name.count, nil, 0)
        }
    }

    /// Adds a header at the end.
    package func append(_ name: String, _ value: (some Collection<UInt8>)?) {
        var name = name
        name.withUTF8 { name in
            guard let value else { return append(UnsafeRawBufferPointer(name), nil) }
            Array(value).withUnsafeBytes { append(UnsafeRawBufferPointer(name), $0) }
        }
    }

    /// Adds a header with text at the end.
    package func append(_ name: String, text: String) { append(name, text.utf8) }

    /// How many headers there are.
    package var count: Int { pointer.map { rd_kafka_header_cnt($0) } ?? 0 }

    /// The list now belongs to a record that was sent.
    func handOver() { pointer = nil }
}
