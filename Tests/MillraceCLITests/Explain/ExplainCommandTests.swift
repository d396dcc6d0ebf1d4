import CloudEvents
import Foundation
import Millrace
import MillraceTesting
import Testing

@testable import MillraceCLI

@Suite struct ExplainCommandTests {
    private let event = InputRecord.json(["data": InputRecord.task(["id": #""k""#, "n": "1.50"])])

    private func explain(_ words: [String] = [], _ input: String) async throws -> CommandRun {
        try await CommandRun.of(["explain"] + words, input: Array(input.utf8))
    }

    @Test func theAnswerHasItsMembersInTheirOrder() async throws {
        let run = try await explain([], event)
        #expect(
            run.text
                == #"{"outcome":"route","reason":null,"detail":null,"mode":"structured","tolerated":[],"#
                + #""type":"com.qlik.scheduling.task.created","processors":["tasks"],"event":{"specversion":"1.0","#
                + #""id":"1","source":"/s","type":"com.qlik.scheduling.task.created","data":{"id":"k","name":"n","#
                + #""action":"a","ownerId":"o","createdBy":"c","resourceId":"r","resourceType":"app","n":1.50}},"#
                + #""data":{"typed":{"id":"k","name":"n","action":"a","ownerId":"o","createdBy":"c","resourceId":"r","#
                + #""resourceType":"app"}}}"# + "\n")
    }

    @Test func anAnswerIsOneLineWhateverTheEventsWhiteSpace() async throws {
        let data = InputRecord.task().replacing(",", with: ",\r\n")
        let record = InputRecord.event(["data": data])
        let run = try await explain([], String(decoding: record.line + record.line, as: UTF8.self))
        let answers = try run.objects
        #expect(answers.count == 2)
        #expect(
            answers.allSatisfy {
                ($0["event"] as? [String: Any])?["data"] as? [String: String] == [
                    "id": "t", "name": "n", "action": "a", "ownerId": "o", "createdBy": "c", "resourceId": "r",
                    "resourceType": "app",
                ]
            })
    }

    @Test func everyLineIsAnsweredInOrder() async throws {
        let record = String(decoding: InputRecord.event(["id": nil]).line, as: UTF8.self)
        let run = try await explain([], "\(event)\r\n\(record)no JSON\n\n{\"value\":null}\n{\"value\":1}\n\(event)")
        #expect(run.code == .badData)
        let answers = try run.objects
        #expect(
            answers.map { $0["reason"] as? String } == [
                nil, "missingAttribute:id", "jsonSyntax", "emptyValue", "tombstone", nil, nil,
            ])
        let fault = try #require(answers[5]["error"] as? [String: Any])
        #expect(fault["line"] as? Int == 6)
        #expect(fault["file"] as? String == "stdin")
        #expect(fault["reason"] as? String == "wrongType:value")
        #expect(fault["detail"] as? String == "found a number; allowed: a string or null")
        #expect(answers[6]["outcome"] as? String == "route")
    }

    @Test func filesAreReadOneAfterTheOther() async throws {
        let first = try TemporaryFile(event)
        let second = try TemporaryFile(#"{"value":"a","key":"k","key_base64":""}"#)
        let run = try await CommandRun.of(["explain", first.path, second.path, "-"], input: Array(event.utf8))
        #expect(run.code == .badData)
        let answers = try run.objects
        #expect(answers.count == 3)
        let fault = try #require(answers[1]["error"] as? [String: Any])
        #expect(fault["file"] as? String == second.path)
        #expect(fault["reason"] as? String == "bothTwins:key")
    }

    @Test func aFileThatIsNotThereEndsItAfterWhatWasAnswered() async throws {
        let first = try TemporaryFile(event)
        let run = try await CommandRun.of(["explain", first.path, "/nowhere/at/all"])
        #expect(run.code == .inputOutput)
        #expect(try run.objects.count == 1)
        #expect(run.messages.contains("cannot open /nowhere/at/all"))
    }

    @Test func nothingIsAnsweredWithNothing() async throws {
        let run = try await explain([], "")
        #expect(run.code == .success)
        #expect(run.output.isEmpty)
    }

    @Test func anUnroutedEventIsSkippedWhereThatIsThePolicy() async throws {
        let run = try await explain(["--unrouted", "skip"], InputRecord.json(["type": #""other""#]))
        let answer = try #require(try run.objects.first)
        #expect(answer["outcome"] as? String == "skip")
        #expect(answer["reason"] as? String == "noRoute")
        #expect(answer["type"] as? String == "other")
        #expect((answer["event"] as? [String: Any])?["type"] as? String == "other")
    }

    @Test(arguments: [["--profile", "loose"], ["--unrouted", "lose"], ["--key", "data"], ["--nothing"]])
    func aWrongFlagIsAUsageFault(_ words: [String]) async throws {
        #expect(try await explain(words, event).code == .usage)
    }

    @Test func bytesThatAreNoTextAreAnsweredToo() async throws {
        let run = try await CommandRun.of(["explain"], input: [0xFF, 0xFE, 0x00, 0x0A, 0x80, 0x0A])
        #expect(run.code == .success)
        #expect(try run.objects.map { $0["outcome"] as? String } == ["deadLetter", "deadLetter"])
    }

    // MARK: With a configuration

    private let configuration = """
        kafka: {bootstrap.servers: "127.0.0.1:1"}
        worker: {group: g}
        unrouted: skip
        sources:
          - {topic: strict, profile: strict}
          - {topic: qlik}
          - {topic: fixed, contentMode: structured}
        routes:
          - {processor: first, types: ["com.qlik.*"]}
          - {processor: second}
        """

    private struct First: Processor {
        static let name = "first"
        static let types: [TypePattern] = []
        init(_ options: NoOptions, _ context: ProcessorContext) {}
        func process(_ delivery: Delivery) async throws {}
    }

    private struct Second: Processor {
        struct Data: Codable, EventData { var id: String }
        static let name = "second"
        static let types: [TypePattern] = ["com.qlik.scheduling.task.created", "com.example.order"]
        init(_ options: NoOptions, _ context: ProcessorContext) {}
        func process(_ delivery: Delivery) async throws {}

        static func explain(_ event: CloudEvent) -> Explanation? {
            do throws(EventDataError) {
                return .typed(
                    json: "{\"read\":\"\(try event.data(as: Data.self).id)\"}", tolerated: ["unknownEnum:/data/x"])
            } catch {
                return .fault(error)
            }
        }
    }

    private func explain(configured words: [String] = [], _ input: String) async throws -> [[String: Any]] {
        let file = try TemporaryFile(configuration)
        let run = try await CommandRun.of(
            ["explain", "--config", file.path] + words, input: Array(input.utf8),
            processors: ProcessorRegistry().adding(First.self).adding(Second.self))
        #expect(run.code == .success, "\(run.messages)")
        return try run.objects
    }

    @Test func routesAreThoseOfTheConfiguration() async throws {
        let answers = try await explain(
            configured: [],
            [
                event, InputRecord.json(["type": #""com.example.order""#, "data": nil]),
                InputRecord.json(["type": #""x""#]),
            ]
            .joined(separator: "\n"))
        #expect(answers.map { $0["processors"] as? [String] } == [["first", "second"], ["second"], []])
        #expect(answers.map { $0["outcome"] as? String } == ["route", "deadLetter", "skip"])
        let typed = try #require(answers[0]["data"] as? [String: [String: String]])
        #expect(typed == ["typed": ["read": "k"]])
        #expect(answers[0]["tolerated"] as? [String] == ["unknownEnum:/data/x"])
    }

    @Test func dataThatCannotBeReadIsADeadLetterOfAValidEvent() async throws {
        let answer = try #require(
            try await explain(configured: [], InputRecord.json(["data": #"{"id":5}"#])).first)
        #expect(answer["outcome"] as? String == "deadLetter")
        #expect(answer["reason"] as? String == "invalidData:/data/id")
        #expect(answer["event"] is [String: Any])
        #expect(answer["processors"] as? [String] == ["first", "second"])
        let data = try #require(answer["data"] as? [String: [String: String]])
        #expect(
            data == [
                "error": [
                    "reason": "invalidData:/data/id", "pointer": "/data/id", "expected": "string", "actual": "number",
                ]
            ])
    }

    @Test func aRecordIsReadAsItsTopicsSourceSays() async throws {
        let quirk = InputRecord.json(["specversion": #""1.0.2""#, "type": #""com.qlik.x""#])
        func line(_ topic: String?) -> String {
            var record = InputRecord.structured(quirk, contentType: "text/plain")
            if topic != "fixed" { record = InputRecord.structured(quirk) }
            record.topic = topic
            return String(decoding: record.line, as: UTF8.self)
        }
        let input = [line("strict"), line("qlik"), line("fixed"), line("another"), line(nil)].joined()
        #expect(
            try await explain(configured: [], input).map { $0["reason"] as? String }
                == ["unsupportedSpecVersion", nil, nil, nil, nil])
        #expect(
            try await explain(configured: ["--profile", "strict"], input).map { $0["reason"] as? String }
                == Array(repeating: "unsupportedSpecVersion", count: 5))
    }

    @Test func flagsTakeThePlaceOfWhatTheFileSays() async throws {
        let input = InputRecord.json(["type": #""x""#])
        let answer = try #require(try await explain(configured: ["--unrouted", "deadLetter"], input).first)
        #expect(answer["outcome"] as? String == "deadLetter")
        #expect(answer["reason"] as? String == "noRoute")
    }

    @Test func aFaultOfTheConfigurationEndsIt() async throws {
        let file = try TemporaryFile(configuration.replacing("second", with: "nobody"))
        let run = try await CommandRun.of(["explain", "--config", file.path], input: Array(event.utf8))
        #expect(run.code == .configuration)
        #expect(run.output.isEmpty)
    }
}

extension ExplainCommandTests {
    @Test func peopleGetAPage() async throws {
        let good = InputRecord.json(["data": InputRecord.task()])
        let bad = InputRecord.json(["data": InputRecord.task(["enabled": #""yes\u001b""#])])
        let run = try await CommandRun.of(
            ["explain", "--human"], input: Array("\(good)\n\(bad)\n{\"value\":1}\n".utf8))
        #expect(run.code == .badData)
        for part in [
            "stdin:1\n  outcome         goes to tasks\n", "Data as its processor reads it\n  {\n",
            "stdin:2\n  outcome         becomes a dead letter: invalidData:/data/enabled\n",
            "  data            /data/enabled: expected boolean, found string\n",
            "      \"enabled\": \"yes\\u001b\"\n", "stdin:3\n  unusable        wrongType:value",
        ] {
            #expect(run.text.contains(part), "\(part) is not in\n\(run.text)")
        }
    }
}
