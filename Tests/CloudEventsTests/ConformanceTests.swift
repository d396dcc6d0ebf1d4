import CloudEvents
import Testing

/// The conformance suites of the CloudEvents project.
@Suite(.enabled(if: Vectors.areThere, Vectors.reason)) struct ConformanceTests {
    /// The raw text of each test's `event` in a file of the JSON format, and the text of its `sampleId`.
    private func events(_ file: String) throws -> [(id: String, sample: String?, event: [UInt8])] {
        try Vectors.withJSON("cloudevents/conformance/format/json/" + file) { cursor in
            var found: [(id: String, sample: String?, event: [UInt8])] = []
            try cursor.enterObject()
            while let name = cursor.nextMember() {
                guard name == "tests" else {
                    cursor.skip()
                    continue
                }
                try cursor.enterArray()
                while cursor.nextElement() {
                    var test: (id: String, sample: String?, event: [UInt8]) = ("", nil, [])
                    try cursor.enterObject()
                    while let name = cursor.nextMember() {
                        if name == "id" {
                            test.id = try cursor.string().string
                        } else if name == "sampleId" {
                            test.sample = try cursor.string().string
                        } else {
                            let text = cursor.skip()
                            if name == "event" || name == "batch" { test.event = Array(text.bytes) }
                        }
                    }
                    found.append(test)
                }
            }
            return found
        }
    }

    /// The sample that a valid event must be, without its id, which is the sample's name.
    private func sample(_ name: String) throws -> CloudEvent {
        let time = Timestamp("2018-04-05T17:31:00Z")
        func event(
            source: String = "https://cloudevents.io", subject: String? = nil, time: Timestamp? = nil,
            dataContentType: String? = nil, dataSchema: String? = nil,
            extensions: [String: AttributeValue] = [:], data: EventPayload? = nil
        ) throws -> CloudEvent {
            try CloudEvent(
                id: name, source: source, type: "io.cloudevents.test", subject: subject, time: time,
                dataContentType: dataContentType, dataSchema: dataSchema, extensions: extensions, data: data)
        }
        return switch name {
        case "minimal": try event()
        case "minimalWithTime": try event(time: time)
        case "minimalWithRelativeSource": try event(source: "#fragment")
        case "allCore":
            try event(
                subject: "tests", time: time, dataContentType: "text/plain",
                dataSchema: "https://cloudevents.io/dataschema")
        case "simpleTextData": try event(dataContentType: "text/plain", data: .text("Simple text"))
        default:
            // Types that JSON cannot express are strings here; the suite lets implementations without extension
            // definitions skip this sample.
            try event(extensions: [
                "extinteger": 10, "extboolean": true, "extstring": "text", "extbinary": "TWE=",
                "exttimestamp": "2023-03-31T15:12:00Z", "exturi": "https://cloudevents.io",
                "exturiref": "//authority/path",
            ])
        }
    }

    @Test func validEvents() throws {
        let events = try events("valid-events.json")
        #expect(events.count == 10)
        for (id, sampleName, text) in events {
            let event = try CloudEvent(json: text)
            let sample = try sample(try #require(sampleName))
            #expect(event.id == sample.id, "\(id)")
            #expect(event.source == sample.source, "\(id)")
            #expect(event.type == sample.type, "\(id)")
            #expect(event.subject == sample.subject, "\(id)")
            #expect(event.instant == sample.instant, "\(id)")
            #expect(event.dataContentType == sample.dataContentType, "\(id)")
            #expect(event.dataSchema == sample.dataSchema, "\(id)")
            #expect(event.extensions == sample.extensions, "\(id)")
            #expect(event.dataBytes == sample.dataBytes, "\(id)")
        }
    }

    /// The code for each invalid event. `invalidNonIntegerExtensionValue` is called `my.extension`, so its name is at fault
    /// before its value is.
    static let invalid: [String: String] = [
        "invalidNoSpecVersion": "missingAttribute:specversion",
        "invalidNoId": "missingAttribute:id",
        "invalidNoType": "missingAttribute:type",
        "invalidNoSource": "missingAttribute:source",
        "invalidTimeGarbage": "invalidTimestamp:time",
        "invalidTimeToMinute": "invalidTimestamp:time",
        "invalidTimeOffsetX": "invalidTimestamp:time",
        "invalidTimeOffsetOutOfRange": "invalidTimestamp:time",
        "invalidTimeOffsetNonInteger": "invalidTimestamp:time",
        "invalidTimeOffsetHourOnly": "invalidTimestamp:time",
        "invalidEmptyId": "emptyAttribute:id",
        "invalidEmptyType": "emptyAttribute:type",
        "invalidEmptySource": "emptyAttribute:source",
        "invalidEmptySpecVersion": "emptyAttribute:specversion",
        "invalidUnknownSpecVersion": "unsupportedSpecVersion",
        "invalidNonRfc2046DataContentType": "invalidMediaType:datacontenttype",
        "invalidEmptyDataContentType": "invalidMediaType:datacontenttype",
        "invalidEmptyDataSchema": "emptyAttribute:dataschema",
        "invalidEmptySubject": "emptyAttribute:subject",
        "invalidNumericId": "wrongType:id",
        "invalidObjectId": "wrongType:id",
        "invalidCapitalizedExtension": "invalidAttributeName:MyExtension",
        "invalidPunctuatedExtension": "invalidAttributeName:my.extension",
        "invalidNonIntegerExtensionValue": "invalidAttributeName:my.extension",
        "invalidBothDataAndDataBase64": "dataConflict",
    ]

    @Test func invalidEvents() throws {
        let events = try events("invalid-events.json")
        #expect(events.count == 25)
        for (id, _, text) in events {
            let expected = try #require(Self.invalid[id], "\(id)")
            for profile in [Profile.strict, .qlik] {
                do throws(EventFault) {
                    _ = try CloudEvent(json: text, profile: profile)
                    Issue.record("\(id) was read")
                } catch {
                    #expect(error.reason == expected, "\(id)")
                }
            }
        }
    }

    /// Batches are not read from Kafka: under the single event's media type they are no object, under their own refused.
    @Test func batches() throws {
        for file in ["valid-batches.json", "invalid-batches.json"] {
            for (id, _, text) in try events(file) {
                #expect(Record.structured(bytes: text).outcome(.strict) == "refused notAnObject", "\(id)")
                let batch = Record(bytes: text, [("content-type", "application/cloudevents-batch+json")])
                #expect(batch.outcome(.strict) == "refused batchNotSupported", "\(id)")
            }
        }
    }

    @Test func kafkaProtocolBinding() throws {
        let text = String(
            decoding: try Vectors.file("cloudevents/conformance/features/kafka-protocol-binding.feature"), as: UTF8.self
        )
        let scenarios = KafkaScenario.parse(text)
        #expect(scenarios.count == 3)
        for scenario in scenarios {
            for profile in [Profile.strict, .qlik] {
                let event = try Record(scenario.payload, scenario.headers).event(profile)
                let attributes = [
                    "id": event.id, "type": event.type, "source": event.source, "specversion": event.specVersion,
                    "time": event.time, "datacontenttype": event.dataContentType,
                ]
                #expect(attributes == scenario.attributes.mapValues { $0 }, "\(scenario.name)")
                let data = try #require(event.dataString)
                #expect(
                    data.filter { !$0.isWhitespace } == scenario.data.filter { !$0.isWhitespace }, "\(scenario.name)")
            }
        }
    }
}

/// A scenario of the Kafka feature, an outline counted once for each of its examples.
struct KafkaScenario {
    var name = ""
    var payload = ""
    var headers: [(String, String?)] = []
    var attributes: [String: String?] = [:]
    var data = ""

    static func parse(_ text: String) -> [KafkaScenario] {
        text.split(separator: "Scenario").dropFirst().flatMap { part -> [KafkaScenario] in
            let quoted = part.split(separator: "\"\"\"", omittingEmptySubsequences: false).map(String.init)
            guard quoted.count == 5 else { return [] }
            var scenario = KafkaScenario(name: String(part.prefix { $0 != "\n" }), payload: quoted[1], data: quoted[3])
            let tables = quoted[2].split(separator: "Then the attributes are:").map { rows(String($0)) }
            guard tables.count == 2 else { return [] }
            scenario.attributes = Dictionary(uniqueKeysWithValues: tables[1].dropFirst().map { ($0[0], $0[1]) })
            let examples = rows(quoted[4]).dropFirst().map { $0[0] }
            return (examples.isEmpty ? [""] : examples).map { example in
                var copy = scenario
                copy.headers = tables[0].dropFirst().map { row in
                    (row[0], row[1] == "<contentType>" ? example : row[1])
                }
                return copy
            }
        }
    }

    private static func rows(_ text: String) -> [[String]] {
        text.split(separator: "\n").compactMap { line in
            guard line.contains("|") else { return nil }
            return line.split(separator: "|").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
        }
    }
}
