import CloudEvents
import Foundation
package import Millrace

/// Does with each event what the event's own data says (``Directive``), and keeps a ``Journal`` of it.
package struct DirectedProcessor: Processor {
    /// Where the journal is and the files that events wait for.
    package struct Options: ProcessorOptions {
        package var folder = ""
        package static let keys: [OptionKey<Self>] = [.string("folder", \.folder, "Where the journal is written.")]
        package init() {}
    }

    package static let name = "directed"
    package static let summary = "Does what the event says, for tests."
    package static let types: [TypePattern] = ["com.qlik.scheduling.task.*"]
    private let work: DirectedWork

    package init(_ options: Options, _ context: ProcessorContext) async throws {
        work = DirectedWork(name: Self.name, folder: options.folder, needsData: false)
    }

    package func process(_ delivery: Delivery) async throws { try await work.process(delivery) }
}

/// The same under another name, for events that two processors get; an event without data is not for this one.
package struct SecondDirectedProcessor: Processor {
    package typealias Options = DirectedProcessor.Options
    package static let name = "directed-second"
    package static let summary = "Does what the event says, for tests of several routes."
    package static let types: [TypePattern] = ["com.qlik.scheduling.task.*"]
    private let work: DirectedWork

    package init(_ options: Options, _ context: ProcessorContext) async throws {
        work = DirectedWork(name: Self.name, folder: options.folder, needsData: true)
    }

    package func process(_ delivery: Delivery) async throws { try await work.process(delivery) }
}

private struct DirectedWork: Sendable {
    let name: String
    let folder: String
    let needsData: Bool

    func process(_ delivery: Delivery) async throws {
        func note(_ step: Journal.Step) {
            Journal(path: folder + "/journal").append(
                step, processor: name, partition: delivery.partition, offset: delivery.offset,
                attempt: delivery.attempt, valueBytes: delivery.value?.count)
        }
        note(.started)
        do {
            try await carryOut(delivery)
            note(.succeeded)
        } catch is CancellationError {
            note(.cancelled)
            throw CancellationError()
        } catch {
            note(.failed)
            throw error
        }
    }

    private func carryOut(_ delivery: Delivery) async throws {
        guard needsData || delivery.event.hasData else { return }
        let directive = try delivery.data(as: Directive.self)
        if let only = directive.onlyProcessor, only != name { return }
        if let time = directive.sleepMilliseconds { try await delivery.clock.sleep(for: .milliseconds(time)) }
        while let file = directive.holdUntil, !exists(file) { try await delivery.clock.sleep(for: .milliseconds(5)) }
        while let file = directive.blockUntil, !exists(file) { usleep(5_000) }
        while let file = directive.ignoreUntil, !exists(file) {
            usleep(1_000)
            await Task.yield()
        }
        if let file = directive.unavailableUntil, !exists(file) { throw ProcessingError.unavailable("no \(file)") }
        if let file = directive.rejectUntil, !exists(file) { throw ProcessingError.reject("early", "no \(file)") }
        if let file = directive.failUntil, !exists(file) { throw ProcessingError.retry("no \(file)") }
        let words = String(repeating: "é", count: directive.reasonLength ?? 1)
        if let code = directive.rejectCode { throw ProcessingError.reject(code, words) }
        if directive.endsProcess == true { kill(getpid(), SIGKILL) }
        if let count = directive.failures, delivery.attempt <= count {
            guard let pause = directive.retryAfterSeconds else { throw ProcessingError.retry("told to fail") }
            throw ProcessingError.retry(after: .seconds(pause), "told to fail")
        }
    }

    private func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + file) }
}
