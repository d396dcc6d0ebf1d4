import CloudEvents
import Millrace
import MillraceTesting
import Testing

@testable import CustomProcessor

/// How a processor is tested: a worker in this process, over a broker in this process.
@Suite struct OrderAlertTests {
    private let broker: TestBroker

    init() throws {
        broker = try TestBroker()
        try broker.createTopic("orders")
    }

    private func order(_ id: String, _ data: String) throws -> CloudEvent {
        try CloudEvent(
            id: id, source: "/shop", type: "com.example.order.placed", data: .json(Array(data.utf8)))
    }

    private func configuration(_ processor: String) -> Configuration {
        var configuration = Configuration()
        configuration.kafka = broker.kafka
        configuration.group = "tests"
        configuration.sources = [SourceConfiguration(topic: "orders")]
        configuration.routes = [RouteConfiguration(processor: processor)]
        return configuration
    }

    @Test func goodOrdersSucceedAndOthersBecomeLetters() async throws {
        try broker.send(
            [
                try order("1", #"{"id":"A-1","total":12.5}"#), try order("2", #"{"id":"A-2","total":-3}"#),
                try order("3", #"{"id":"A-3"}"#),
            ], to: "orders")
        try broker.send(value: [0xDE, 0xAD], to: "orders")

        let worker = try Worker(
            configuration(OrderAlert.name), processors: ProcessorRegistry().adding(OrderAlert.self))
        try await worker.run(until: .end)

        let letters = try broker.letters(of: "orders")
        #expect(
            letters.map { $0[header: "millrace-reason"] } == [
                "rejected:negativeTotal", "invalidData:/data/total", "notACloudEvent",
            ])
        #expect(letters.map { $0[header: "millrace-origin-offset"] } == ["1", "2", "3"])
        #expect(letters.last?.value == [0xDE, 0xAD])
    }

    /// An hour between two attempts takes no hour by a clock that the test moves.
    @Test func whatFailsIsTriedAgainLater() async throws {
        try broker.send([try order("1", #"{"id":"A-1","total":12.5}"#)], to: "orders")
        let recording = Recording()
        let clock = ManualClock()
        var configuration = configuration(FailingProcessor.name)
        configuration.routes[0].retry.minimumBackoff = .seconds(3_600)
        configuration.routes[0].retry.maximumBackoff = .seconds(3_600)
        let worker = try Worker(
            configuration,
            processors: ProcessorRegistry().adding(FailingProcessor.self) { _, _ in
                FailingProcessor(with: ProcessingError.retry("not yet"), attempts: 2, recording)
            }, clock: clock)
        let run = Task { try await worker.run(until: .end) }
        try await eventually("the first attempt") { recording.attempts == 1 }
        try await eventually("two more") {
            clock.advance(by: .seconds(600))
            return recording.attempts == 3
        }
        try await recording.wait(for: 1)
        _ = try await run.value
        #expect(recording.attempts == 3)
        #expect(recording.events.map(\.id) == ["1"])
        #expect(try broker.letters(of: "orders").isEmpty)
    }
}
