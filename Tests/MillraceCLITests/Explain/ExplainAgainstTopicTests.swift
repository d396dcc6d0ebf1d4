import MillraceTesting
import Testing

/// What `explain` says of every hard input is what a worker does with it.
@Suite struct ExplainAgainstTopicTests {
    @Test(arguments: ["strict", "qlik"], ["deadLetter", "skip"])
    func everyHardInputEndsAsExplained(profile: String, unrouted: String) async throws {
        try await InputTable.compare(on: try TestBroker(embedded: 1), profile, unrouted)
    }

    @Test(arguments: ["strict", "qlik"])
    func aReusedIDEndsAsExplainedWhereTheRouteDeduplicates(profile: String) async throws {
        try await InputTable.compareDeduplicated(on: try TestBroker(embedded: 1), profile)
    }
}

/// The same through a topic of Apache Kafka.
@Suite(.enabled(if: TestBroker.real != nil, Comment(rawValue: TestBroker.noRealBroker)))
struct RealBrokerExplainTests {
    @Test(arguments: ["strict", "qlik"], ["deadLetter", "skip"])
    func everyHardInputEndsAsExplained(profile: String, unrouted: String) async throws {
        try await InputTable.compare(on: try TestBroker.required(), profile, unrouted)
    }

    @Test(arguments: ["strict", "qlik"])
    func aReusedIDEndsAsExplainedWhereTheRouteDeduplicates(profile: String) async throws {
        try await InputTable.compareDeduplicated(on: try TestBroker.required(), profile)
    }
}
