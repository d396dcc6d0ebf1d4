package import CloudEvents
import MillraceKafka

/// A record's bytes where they are: in the client's memory, or in a copy.
package struct RecordView {
    package var key: UnsafeRawBufferPointer?
    package var value: UnsafeRawBufferPointer?
    package var offset: Int64
    package var timestamp: RecordTimestamp

    init(_ message: MessageView) {
        key = message.key
        value = message.value
        offset = message.offset
        timestamp = RecordTimestamp(message)
    }
}

extension RecordTimestamp {
    init(_ message: MessageView) {
        let kind: Kind =
            switch message.timestampKind {
            case .none: .none
            case .created: .created
            case .logAppend: .logAppend
            }
        self.init(milliseconds: message.timestamp, kind: kind)
    }
}

/// Room for the headers of one record after another, as views of the record's memory.
package struct HeaderViews {
    package private(set) var views: [KafkaHeaderView] = []

    package init() {}

    mutating func fill(from message: MessageView) {
        views.removeAll(keepingCapacity: true)
        message.forEachHeader { views.append(KafkaHeaderView(name: $0, value: $1)) }
    }

    mutating func fill(from other: [KafkaHeaderView]) { views = other }

    mutating func removeAll() { views.removeAll(keepingCapacity: true) }

    /// The headers with memory of their own.
    package var headers: [RecordHeader] {
        views.map { RecordHeader(String(decoding: $0.name, as: UTF8.self), $0.value.map { Array($0) }) }
    }
}
