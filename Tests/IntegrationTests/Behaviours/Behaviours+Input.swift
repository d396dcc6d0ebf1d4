import Millrace
import MillraceEngine
import MillraceTesting
import Testing

extension Behaviours {
    /// Bytes that are no event become one exact letter, before their offset is committed; the partition flows on.
    static func poisonBytes(on broker: TestBroker) async throws {
        let scene = try Scene("poison", on: broker)
        let poison = RecordLine(timestamp: 1_700_000_000_123, key: Array("k\u{0}".utf8), value: [0xDE, 0xAD])
        try scene.send([poison, try Scene.event("1", key: "k")])
        let worker = try scene.worker()
        try await scene.waitForCommit(2)

        let letters = try scene.letters()
        let origin = try #require(try scene.records().first)
        try #require(letters.count == 1)
        #expect(letters[0].value == [0xDE, 0xAD])
        #expect(letters[0].key == Array("k\u{0}".utf8))
        #expect(letters[0].timestamp == 1_700_000_000_123)
        #expect(letters[0].carries(origin))
        #expect(letters[0].headers.first == KcatRecord.Header(name: "millrace-version", value: "1"))
        #expect(letters[0]["millrace-reason"] == "notACloudEvent")
        #expect(letters[0]["millrace-attempts"] == "0")
        #expect(letters[0]["millrace-origin-topic"] == scene.topic)
        #expect(letters[0]["millrace-origin-partition"] == "0")
        #expect(letters[0]["millrace-origin-offset"] == "0")
        #expect(letters[0]["millrace-origin-timestamp"] == "1700000000123")
        #expect(letters[0]["millrace-origin-timestamp-type"] == "CreateTime")
        #expect(letters[0]["millrace-group"] == scene.group)
        #expect(letters[0]["millrace-processor"] == nil)
        let order = worker.facts.all { fact -> String? in
            switch fact {
            case .deadLettered(let record, _, _, _) where record.offset == 0: "letter"
            case .committed(_, let offset) where offset > 0: "commit"
            default: nil
            }
        }
        #expect(order.first == "letter", "the offset advances only after the acknowledgement")
        #expect(scene.journal.entries(.succeeded).map(\.offset) == [1])
        let total = try await worker.stop().total
        #expect(total.received == 2 && total.succeeded == 1 && total.deadLettered == 1)
    }

    /// A binary event without data is an event; its letter keeps the null, which an empty value is not.
    static func nullValue(on broker: TestBroker) async throws {
        let scene = try Scene("null", on: broker)
        let nothing = InputRecord.binary(value: nil)
        let empty = InputRecord.binary(value: "")
        let invalid = InputRecord.binary(["ce_id": nil], value: nil)
        try scene.send([nothing, empty, invalid])
        // The second processor decodes data whatever it is: what it cannot decode it gives up.
        let worker = try scene.worker { $0.routes.append(scene.route(to: SecondDirectedProcessor.name)) }
        try await scene.waitForCommit(3)

        let seen = scene.journal.entries(.succeeded).filter { $0.processor == DirectedProcessor.name }
        #expect(seen.map(\.offset) == [0], "an event without data is delivered")
        #expect(seen.first?.valueBytes == nil, "and has a null value")
        let started = scene.journal.entries(.started).filter { $0.offset == 1 }
        #expect(started.first?.valueBytes == 0, "an empty value is told apart")
        let letters = try scene.letters()
        let records = try scene.records()
        let reasons = Dictionary(grouping: letters) { $0["millrace-origin-offset"] ?? "" }
            .mapValues { Set($0.compactMap { $0["millrace-reason"] }) }
        #expect(reasons["0"] == ["dataMissing"])
        #expect(reasons["1"] == ["dataSyntax"])
        #expect(reasons["2"] == ["missingAttribute:id"])
        for letter in letters {
            let offset = try #require(letter["millrace-origin-offset"].flatMap { Int($0) })
            #expect(letter.carries(records[offset]))
            #expect(letter.value == (offset == 1 ? [] : nil))
        }
        // Two processors that give one record up write a letter each, and the record counts once.
        #expect(letters.filter { $0["millrace-origin-offset"] == "1" }.count == 2)
        #expect(try await worker.stop().total.deadLettered == 3)
    }

    /// The whole envelope is in the letter, whatever the spelling of the content type.
    static func structuredFailure(on broker: TestBroker) async throws {
        let scene = try Scene("structured", on: broker)
        var rejected = try Scene.event("ä\\u0041", key: "k") { $0.rejectCode = "no" }
        rejected.headers = [RecordLine.Header("content-type", "application/cloudevents+json; charset=UTF-8")]
        var mixed = try Scene.event("2")
        mixed.headers = [RecordLine.Header("content-type", "Application/CloudEvents+JSON; Charset=utf-8")]
        var avro = try Scene.event("3")
        avro.headers = [RecordLine.Header("content-type", "application/cloudevents+avro")]
        try scene.send([rejected, mixed, avro])
        let worker = try scene.worker()
        try await scene.waitForCommit(3)

        let letters = try scene.letters()
        let records = try scene.records()
        try #require(letters.count == 2)
        #expect(letters[0].value == rejected.value, "the envelope, byte for byte, and not only its data")
        #expect(letters[0].carries(records[0]))
        #expect(letters[0]["millrace-reason"] == "rejected:no")
        #expect(letters[0]["millrace-processor"] == DirectedProcessor.name)
        #expect(letters[0]["millrace-type"] == "com.qlik.scheduling.task.created")
        #expect(letters[0]["millrace-attempts"] == "1")
        #expect(scene.journal.starts(0) == 1, "a rejection is not tried again")
        #expect(scene.journal.entries(.succeeded).map(\.offset) == [1], "mixed case is accepted")
        #expect(letters[1]["millrace-reason"] == "unsupportedEventFormat")
        #expect(letters[1].carries(records[2]))
        try await worker.stop()
    }

    /// Each invalid event becomes a letter with its code and the attribute's name; none is silently passed.
    static func invalidEvents(on broker: TestBroker) async throws {
        let scene = try Scene("invalid", on: broker)
        let cases: [(record: RecordLine, reason: String)] = [
            (InputRecord.event(["id": nil]), "missingAttribute:id"),
            (InputRecord.event(["source": #""""#]), "emptyAttribute:source"),
            (InputRecord.event(["specversion": #""0.3""#]), "unsupportedSpecVersion"),
            (
                InputRecord.binary().adding("ce_type", Array(InputRecord.createdType.utf8)),
                "duplicateAttribute:type"
            ),
            (InputRecord.binary().adding("ce_subject", [0xFF, 0xFE]), "invalidUtf8:ce_subject"),
        ]
        try scene.send(cases.map(\.record))
        let worker = try scene.worker()
        try await scene.waitForCommit(Int64(cases.count))
        let letters = try scene.letters()
        let records = try scene.records()
        try #require(letters.count == cases.count)
        for (index, expected) in cases.enumerated() {
            #expect(letters[index]["millrace-reason"] == expected.reason)
            #expect(letters[index].carries(records[index]))
        }
        #expect(scene.journal.entries.isEmpty, "no processor saw any of them")
        #expect(try await worker.stop().total.deadLettered == UInt64(cases.count))
    }

    /// An event that nobody takes is dead-lettered, or passed over where that is written down; counted by type.
    static func unknownType(on broker: TestBroker, policy: UnroutedPolicy) async throws {
        let scene = try Scene("unknown", on: broker)
        let archived = "com.qlik.scheduling.task.archived"
        try scene.send([
            try Scene.event("0", type: archived), try Scene.event("1"), try Scene.event("2", type: archived),
        ])
        let worker = try scene.worker {
            if policy != .deadLetter { $0.unrouted = policy }
            $0.routes[0].types = ["com.qlik.scheduling.task.created"]
        }
        try await scene.waitForCommit(3)
        let letters = try scene.letters()
        #expect(scene.journal.entries(.succeeded).map(\.offset) == [1])
        let total = try await worker.stop().total
        switch policy {
        case .deadLetter:
            #expect(letters.map { $0["millrace-reason"] } == ["noRoute", "noRoute"])
            #expect(letters.map { $0["millrace-type"] } == [archived, archived])
            #expect(letters.map { $0["millrace-origin-offset"] } == ["0", "2"])
            #expect(total.deadLettered == 2 && total.skipped == 0)
        case .skip:
            #expect(letters.isEmpty)
            #expect(total.skipped == 2 && total.deadLettered == 0)
        }
        let metrics = worker.metrics
        #expect(
            metrics.contains(#"millrace_unrouted_total{topic="\#(scene.topic)",type="\#(archived)"} 2"#)
                || metrics.contains(
                    #"millrace_skips_total{topic="\#(scene.topic)",reason="noRoute",type="\#(archived)"} 2"#),
            "counted by type")
    }
}
