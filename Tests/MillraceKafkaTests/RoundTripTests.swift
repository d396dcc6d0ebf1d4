import Testing

@testable import MillraceKafka

/// What is sent is what is received, to the byte.
@Suite(.ownThread) struct RoundTripTests {
    private struct Sent {
        var key: [UInt8]?
        var value: [UInt8]?
        var headers: [(name: [UInt8], value: [UInt8]?)] = []
        var timestamp: Int64 = 1_700_000_000_123
    }

    private static let cases: [Sent] = [
        Sent(key: nil, value: nil),
        Sent(key: [], value: []),
        Sent(key: nil, value: []),
        Sent(key: [], value: nil),
        Sent(key: Array("key".utf8), value: Array("value".utf8)),
        Sent(key: [0, 0xFF, 0x80], value: [0xDE, 0xAD, 0, 0xC0]),
        Sent(
            key: nil, value: [1],
            headers: [
                (Array("a".utf8), Array("1".utf8)), (Array("a".utf8), nil), (Array("b".utf8), []),
                (Array("a".utf8), [0, 0xFF]), ([], Array("no name".utf8)), ([0xFF, 0xFE], [1]),
            ]),
        Sent(key: nil, value: [2], timestamp: 1),
        Sent(key: nil, value: [3], timestamp: -86_400_000),
        Sent(key: nil, value: [4], timestamp: 253_402_300_799_999),
    ]

    @Test(arguments: [true, false]) func everythingComesBack(copy: Bool) throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        try broker.createTopic("exact", partitions: 2)
        let producer = try KafkaProducer(broker.properties, for: .letterProducer)
        defer { producer.destroy() }
        #expect(try producer.lookUp("exact", timeoutMilliseconds: 5000) == 2)

        // Without a copy the bytes have to stay where they are until the report.
        var held: [UnsafeMutableRawBufferPointer] = []
        defer { for buffer in held { buffer.deallocate() } }
        func hold(_ bytes: [UInt8]?) -> UnsafeRawBufferPointer? {
            guard let bytes else { return nil }
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
            buffer.copyBytes(from: bytes)
            held.append(buffer)
            return UnsafeRawBufferPointer(buffer)
        }
        for (number, record) in Self.cases.enumerated() {
            let headers = HeaderList()
            for (name, value) in record.headers {
                name.withUnsafeBytes { name in
                    if let value {
                        value.withUnsafeBytes { headers.append(name, $0) }
                    } else {
                        headers.append(name, nil)
                    }
                }
            }
            #expect(headers.count == record.headers.count)
            try producer.send(
                topic: "exact", partition: 1, key: hold(record.key), value: hold(record.value), headers: headers,
                timestamp: record.timestamp, token: UInt64(number), copy: copy)
        }
        var reported: [UInt64: Int64] = [:]
        let flushed = producer.flush(milliseconds: 10_000) { report in
            #expect(report.error == nil)
            #expect(report.persistence == .yes)
            #expect(report.partition == 1)
            reported[report.token] = report.offset
        }
        #expect(flushed)
        #expect(reported.count == Self.cases.count)

        let member = try GroupMember(broker.properties, group: "exact", topics: ["exact"])
        defer { #expect(member.consumer.destroy()) }
        #expect(member.run { member.count == Self.cases.count })
        let received = member.records("exact", 1)
        try #require(received.count == Self.cases.count)
        for (number, record) in Self.cases.enumerated() {
            #expect(received[number].offset == Int64(number))
            #expect(received[number].offset == reported[UInt64(number)])
            #expect(received[number].key == record.key)
            #expect(received[number].value == record.value)
            #expect(received[number].timestamp == record.timestamp)
            #expect(received[number].timestampKind == .created)
            #expect(
                received[number].headers
                    == record.headers.map { ReceivedRecord.Header(name: $0.name, value: $0.value) })
        }
        #expect(member.run { member.ends.count == 2 })
        #expect(member.ends[TopicPartition(topic: "exact", partition: 1)] == Int64(Self.cases.count))
        #expect(member.failures.isEmpty)
    }
}
