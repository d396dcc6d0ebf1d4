import CloudEvents
import Millrace
import MillraceKafka

/// A record to be sent: what `forward` makes of a delivery.
struct OutgoingRecord: Sendable {
    /// A header, byte for byte: Kafka has no rule for names.
    struct Header: Sendable {
        var name: [UInt8]
        var value: [UInt8]?
    }

    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [Header]
    /// Milliseconds since 1970; nil: the time of sending.
    var timestamp: Int64?

    /// Key, headers, value and timestamp of the delivery, without what a dead letter adds.
    init(_ delivery: Delivery, mode: ForwardMode) {
        let record = delivery.record
        key = record.key.map { Array($0) }
        value = record.value.map { Array($0) }
        timestamp = record.timestamp.kind == .none ? nil : record.timestamp.milliseconds
        var views = HeaderViews()
        delivery.batch.fillHeaders(&views, at: Int(delivery.index))
        headers = views.views
            .filter { !$0.name.starts(with: LetterHeader.prefix.utf8) }
            .map { Header(name: Array($0.name), value: $0.value.map { Array($0) }) }
    }

    func headerList() -> HeaderList {
        let list = HeaderList(capacity: headers.count)
        for header in headers {
            header.name.withUnsafeBytes { name in
                if let value = header.value {
                    value.withUnsafeBytes { list.append(name, $0) }
                } else {
                    list.append(name, nil)
                }
            }
        }
        return list
    }
}
