public import Millrace

/// A record as it stands in a topic.
public struct TestRecord: Sendable, Hashable {
    /// The partition.
    public let partition: Int32
    /// The offset in its partition.
    public let offset: Int64
    /// Milliseconds since 1970; nil where it has no time.
    public let timestamp: Int64?
    /// The key's bytes; nil is null.
    public let key: [UInt8]?
    /// The value's bytes; nil is null, which is not empty.
    public let value: [UInt8]?
    /// The headers in their order.
    public let headers: [RecordHeader]

    init(_ record: RecordLine) {
        partition = record.partition ?? 0
        offset = record.offset ?? 0
        timestamp = record.timestamp
        key = record.key
        value = record.value
        headers = record.headers.map { RecordHeader(String(decoding: $0.name, as: UTF8.self), $0.value) }
    }

    /// The text of the last header of a name: of a dead letter, `millrace-reason` says why. Nil where there is none, and
    /// where it is null or no UTF-8.
    public subscript(header name: String) -> String? { headers.last { $0.name == name }?.text }
}
