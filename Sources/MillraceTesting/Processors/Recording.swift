public import CloudEvents
public import Millrace
import Synchronization

/// What processors of a test got, in the order in which they were called. Safe on any thread.
public final class Recording: Sendable {
    private struct State {
        var events: [CloudEvent] = []
        var attempts = 0
    }

    private let state = Mutex(State())

    /// Nothing yet.
    public init() {}

    /// The events that were handled to the end, once for each time, as the processor saw them; copies in JSON format.
    public var events: [CloudEvent] { state.withLock { $0.events } }

    /// How often a processor was called, failed attempts included.
    public var attempts: Int { state.withLock { $0.attempts } }

    /// Waits until so many events were handled.
    ///
    /// - Throws: ``WaitedInVain`` when the time is over.
    public func wait(for count: Int, within limit: Duration = .seconds(60)) async throws {
        try await eventually("\(count) events are handled", within: limit) { events.count >= count }
    }

    func begin() { state.withLock { $0.attempts += 1 } }

    /// Keeps a copy: an event keeps the memory of the whole batch in which it was fetched, and with it the client.
    func handled(_ event: CloudEvent) {
        let copy = (try? CloudEvent(json: event.jsonBytes(), profile: .qlik)) ?? event
        state.withLock { $0.events.append(copy) }
    }
}

/// Succeeds with every event and keeps it, under the name `recording`.
///
/// ```swift
/// let recording = Recording()
/// let processors = ProcessorRegistry().adding(RecordingProcessor.self) { _, _ in RecordingProcessor(recording) }
/// ```
public struct RecordingProcessor: Processor {
    /// `recording`.
    public static let name = "recording"
    /// In a sentence.
    public static let summary = "Keeps what it gets, for tests."
    /// Every type.
    public static let types: [TypePattern] = ["*"]
    private let recording: Recording

    /// Keeps events in a recording.
    public init(_ recording: Recording) { self.recording = recording }

    /// Keeps events where nobody looks: use the registry's form with a closure.
    public init(_ options: NoOptions, _ context: ProcessorContext) { self.init(Recording()) }

    /// Keeps the event.
    public func process(_ delivery: Delivery) async throws {
        recording.begin()
        recording.handled(delivery.event)
    }
}

/// Fails with a given error, always or in the first attempts at each event, under the name `failing`.
///
/// ```swift
/// FailingProcessor(with: ProcessingError.retry("not yet"), attempts: 2, recording)
/// ```
public struct FailingProcessor: Processor {
    /// `failing`.
    public static let name = "failing"
    /// In a sentence.
    public static let summary = "Fails, for tests."
    /// Every type.
    public static let types: [TypePattern] = ["*"]
    private let error: any Error
    private let attempts: Int
    private let recording: Recording

    /// - Parameters:
    ///   - error: What it throws: a `ProcessingError`, or any other, which is retried.
    ///   - attempts: In how many attempts at each event, from 0; after them it succeeds. Always unless said.
    ///   - recording: Counts the attempts, and keeps the events that succeeded.
    public init(with error: any Error, attempts: Int = .max, _ recording: Recording = Recording()) {
        self.error = error
        self.attempts = attempts
        self.recording = recording
    }

    /// Rejects everything: use the registry's form with a closure.
    public init(_ options: NoOptions, _ context: ProcessorContext) {
        self.init(with: ProcessingError.reject("failing"))
    }

    /// Throws the error, or keeps the event.
    public func process(_ delivery: Delivery) async throws {
        recording.begin()
        if delivery.attempt <= attempts { throw error }
        recording.handled(delivery.event)
    }
}
