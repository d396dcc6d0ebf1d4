import CloudEvents
import Millrace
import MillraceKafka

/// A record to be sent: what `forward` makes of a delivery.
package struct OutgoingRecord: Sendable {
    /// A header, byte for byte: Kafka has no rule for names.
    package struct Header: Sendable {
        package var name: [UInt8]
        package var value: [UInt8]?
    }

    package var key: [UInt8]?
    package var value: [UInt8]?
    package var headers: [Header]
    /// Milliseconds since 1970; nil: the time of sending.
    package var timestamp: Int64?

    package init(key: [UInt8]?, value: [UInt8]?, headers: [Header] = [], timestamp: Int64? = nil) {
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
    }

    /// Key, headers and timestamp of the delivery, without what a dead letter adds, and its event in the mode asked for.
    init(_ delivery: Delivery, mode: ForwardMode) {
        let record = delivery.record
        key = record.key.map { Array($0) }
        timestamp = record.timestamp.kind == .none ? nil : record.timestamp.milliseconds
        var views = HeaderViews()
        delivery.batch.fillHeaders(&views, at: Int(delivery.index))
        headers = views.views
            .filter { !$0.name.starts(with: LetterHeader.prefix.utf8) }
            .map { Header(name: Array($0.name), value: $0.value.map { Array($0) }) }
        guard let mode = mode.contentMode else {
            value = record.value.map { Array($0) }
            return
        }
        let message = delivery.event.kafkaMessage(mode)
        value = message.value
        headers.removeAll { Self.isOfEvent($0.name) }
        headers += message.headers.map { Header(name: Array($0.name.utf8), value: $0.value) }
    }

    /// Whether a header is the event's by the Kafka binding, in any case: it is written anew.
    private static func isOfEvent(_ name: [UInt8]) -> Bool {
        let name = String(decoding: name, as: UTF8.self).lowercased()
        return name.hasPrefix("ce_") || name == "content-type"
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
