/// A Kafka record as one line of JSON: what `jsonl` writes, `produce` sends, `explain` judges.
///
/// Members, in this order: `topic`, `partition`, `offset`, `timestamp`, `key`, `headers`, `value`. Bytes that are UTF-8
/// stand as JSON strings, others as base64 in `key_base64`, `value_base64` and `{"base64": "…"}` for a header. What is
/// written reads back byte for byte.
package struct RecordLine: Sendable, Hashable {
    /// One header. Order and duplicates matter, so headers are a list.
    package struct Header: Sendable, Hashable {
        /// The name's bytes, UTF-8 but for a producer's mistake.
        package var name: [UInt8]
        /// The value's bytes; nil is null, which is not empty.
        package var value: [UInt8]?

        package init(name: [UInt8], value: [UInt8]?) {
            self.name = name
            self.value = value
        }

        package init(_ name: String, _ value: String?) {
            self.name = Array(name.utf8)
            self.value = value.map { Array($0.utf8) }
        }
    }

    /// The topic's name; nil where the line names none.
    package var topic: String?
    /// The partition that the record came from, from 0.
    package var partition: Int32?
    /// The record's offset in its partition, from 0.
    package var offset: Int64?
    /// Milliseconds since 1970-01-01 UTC. Kafka permits negative ones.
    package var timestamp: Int64?
    /// The key's bytes; nil is null, which is not empty.
    package var key: [UInt8]?
    /// The headers in their order.
    package var headers: [Header]
    /// The value's bytes; nil is null, which is not empty.
    package var value: [UInt8]?

    package init(
        topic: String? = nil, partition: Int32? = nil, offset: Int64? = nil, timestamp: Int64? = nil,
        key: [UInt8]? = nil, headers: [Header] = [], value: [UInt8]?
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.headers = headers
        self.value = value
    }

    /// The line, its line feed included.
    package var line: [UInt8] {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return bytes
    }

    /// Appends the line, its line feed included.
    package func write(into bytes: inout [UInt8]) {
        var writer = RecordLineWriter(appendingTo: bytes)
        bytes = []
        writer.begin(topic: topic, partition: partition, offset: offset, timestamp: timestamp)
        withBytes(of: key) { writer.key($0) }
        for header in headers {
            header.name.withUnsafeBytes { name in
                withBytes(of: header.value) { writer.header(name, $0) }
            }
        }
        withBytes(of: value) { writer.value($0) }
        bytes = writer.end()
    }

    private func withBytes(of bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> Void) {
        if let bytes { bytes.withUnsafeBytes { body($0) } } else { body(nil) }
    }
}
