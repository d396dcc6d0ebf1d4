import Foundation
import Millrace
import MillraceTesting
import Testing

@testable import MillraceCLI

@Suite struct ExplainCasesTests {
    /// Every case as one line of one call, as a user would ask.
    @Test(arguments: ["strict", "qlik"])
    func everyHardInputEndsWhereItShould(profile: String) async throws {
        let cases = InputCases.all
        let run = try await CommandRun.of(
            ["explain", "--profile", profile], input: cases.flatMap { $0.record.line })
        #expect(run.code == .success)
        #expect(run.messages == "")
        let answers = try run.objects
        try #require(answers.count == cases.count)
        for (item, answer) in zip(cases, answers) { try check(item, profile, answer) }
    }

    private func check(_ item: InputCase, _ profile: String, _ answer: [String: Any]) throws {
        let reading = item.expectation(profile: profile)
        let expected = reading.typed
        let label: Comment = "\(item), \(profile): \(answer["reason"] ?? ""), \(answer["tolerated"] ?? "")"
        #expect(answer["outcome"] as? String == expected.outcome.rawValue, label)
        #expect(expected.allows(reason: answer["reason"] as? String), label)
        let event = answer["event"] as? [String: Any]
        let isRouted = reading.outcome == .route
        let isValid = isRouted || expected.reason == "noRoute"
        #expect((event != nil) == isValid, label)
        #expect((answer["type"] as? String) == (event?["type"] as? String), label)
        if let type = expected.type { #expect(answer["type"] as? String == type, label) }
        #expect((answer["detail"] as? String != nil) == (expected.outcome == .deadLetter), label)
        let data = answer["data"] as? [String: Any]
        #expect(
            data.map { Array($0.keys) } == (isRouted ? [reading.dataReason == nil ? "typed" : "error"] : nil), label)
        let error = data?["error"] as? [String: Any]
        #expect(error?["reason"] as? String == reading.dataReason, label)
        let processors = try #require(answer["processors"] as? [String])
        #expect(processors.count == (isRouted ? 1 : 0), label)
        guard expected.outcome == .route else { return }
        #expect(expected.allows(tolerated: try #require(answer["tolerated"] as? [String])), label)
        #expect(["structured", "binary"].contains(answer["mode"] as? String), label)
    }

    @Test func everyRowIsThere() {
        let rows = Set(InputCases.all.map(\.row))
        #expect(rows.isSuperset(of: 1...40))
        #expect(Set(InputCases.all.map(\.description)).count == InputCases.all.count)
    }
}
