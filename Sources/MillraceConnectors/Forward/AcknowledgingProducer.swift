import Millrace
package import MillraceKafka
import Synchronization

/// Sends records, each sender waiting for the acknowledgement of its own, any number of them at a time.
package final class AcknowledgingProducer: Sendable {
    /// What became of a record.
    private enum Outcome: Sendable {
        case acknowledged
        case failed(KafkaError)
        case cancelled
    }

    private typealias Waiter = UnsafeContinuation<Outcome, Never>

    private struct State: ~Copyable {
        var producer: KafkaProducer
        var lastToken: UInt64 = 0
        /// Who waits for which report.
        var waiters: [UInt64: Waiter] = [:]
        var isClosed = false
    }

    private let properties: KafkaProperties
    private let wake: WakeDescriptor
    private let state: Mutex<State>
    private let thread = Mutex<WorkerThread?>(nil)

    /// Makes the producer and starts the thread that takes its reports. Throws `KafkaError` or `WorkerError`.
    package init(_ properties: KafkaProperties, threadName: String) throws {
        self.properties = properties
        let wake = try WakeDescriptor()
        self.wake = wake
        state = Mutex(State(producer: try Self.makeProducer(properties, wake)))
        let started = try WorkerThread(name: threadName) { [self] in takeReports() }
        thread.withLock { $0 = started }
    }

    private static func makeProducer(
        _ properties: KafkaProperties, _ wake: WakeDescriptor
    ) throws(KafkaError) -> KafkaProducer {
        try KafkaProducer(properties, wake: WakeTarget(descriptor: wake.writeDescriptor))
    }

    /// A topic's partitions; nil where it does not exist. Blocks.
    package func lookUp(_ topic: String, timeoutMilliseconds: Int32) throws(KafkaError) -> Int? {
        let producer = state.withLock { $0.producer }
        return try producer.lookUp(topic, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// Sends a record and returns when the brokers have it.
    ///
    /// Throws `KafkaError` when they have not, or nobody knows; `CancellationError` at once when the task is cancelled:
    /// the record may still be sent then.
    package func send(_ record: OutgoingRecord, to topic: String) async throws {
        let token = state.withLock { state in
            state.lastToken += 1
            return state.lastToken
        }
        let outcome = await withTaskCancellationHandler {
            await withUnsafeContinuation { waiter in
                enqueue(record, to: topic, token, waiter)
                // Cancelled before the waiter was there to be found.
                if Task.isCancelled { finish(token, .cancelled) }
            }
        } onCancel: {
            finish(token, .cancelled)
        }
        switch outcome {
        case .acknowledged: return
        case .failed(let error): throw error
        case .cancelled: throw CancellationError()
        }
    }

    private func enqueue(_ record: OutgoingRecord, to topic: String, _ token: UInt64, _ waiter: Waiter) {
        let headers = record.headerList()
        let refusal = state.withLock { state -> Outcome? in
            if state.isClosed { return .cancelled }
            // Before it is sent: the report may be there before `send` returns.
            state.waiters[token] = waiter
            do throws(KafkaError) {
                try state.producer.send(record, to: topic, headers: headers, token: token)
                return nil
            } catch {
                state.waiters[token] = nil
                return .failed(error)
            }
        }
        if let refusal { waiter.resume(returning: refusal) }
    }

    private func finish(_ token: UInt64, _ outcome: Outcome) {
        state.withLock { $0.waiters.removeValue(forKey: token) }?.resume(returning: outcome)
    }

    /// Ends the thread and the producer. Whoever waits is told that it was cancelled. More than once is harmless.
    package func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: .cancelled) }
        wake.wake()
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        guard let running else { return }
        running.join()
        state.withLock { $0.producer }.destroy()
    }

    // MARK: - The thread

    private func takeReports() {
        var outcomes: [(token: UInt64, outcome: Outcome)] = []
        while true {
            wake.wait(nanoseconds: 1_000_000_000)
            let (producer, isClosed) = state.withLock { ($0.producer, $0.isClosed) }
            if isClosed { return }
            _ = producer.reports { report in
                outcomes.append((report.token, report.error.map { .failed($0) } ?? .acknowledged))
            }
            // Its errors are in the reports too; kept, they would only grow.
            _ = producer.takeErrors()
            let told = state.withLock { state in
                outcomes.compactMap { token, outcome in state.waiters.removeValue(forKey: token).map { ($0, outcome) } }
            }
            outcomes.removeAll(keepingCapacity: true)
            // Before anybody is told: whoever then sends again finds the new one.
            if let error = producer.fatalError { renew(after: error) }
            for (waiter, outcome) in told { waiter.resume(returning: outcome) }
        }
    }

    /// An idempotent producer may come to an error after which it sends nothing any more: another takes its place, and
    /// whoever waits for the old one sends again.
    private func renew(after error: KafkaError) {
        guard let new = try? Self.makeProducer(properties, wake) else { return }
        let (old, waiters) = state.withLock { state in
            let old = state.producer
            state.producer = new
            defer { state.waiters = [:] }
            return (old, Array(state.waiters.values))
        }
        old.destroy()
        for waiter in waiters { waiter.resume(returning: .failed(error)) }
    }
}

extension KafkaProducer {
    fileprivate func send(
        _ record: OutgoingRecord, to topic: String, headers: HeaderList, token: UInt64
    ) throws(KafkaError) {
        func send(_ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?) throws(KafkaError) {
            try self.send(
                topic: topic, key: key, value: value, headers: headers, timestamp: record.timestamp, token: token)
        }
        try withBytes(of: record.key) { key throws(KafkaError) in
            try withBytes(of: record.value) { value throws(KafkaError) in try send(key, value) }
        }
    }
}

private func withBytes(
    of bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws(KafkaError) -> Void
) throws(KafkaError) {
    guard let bytes else { return try body(nil) }
    var failure: KafkaError?
    bytes.withUnsafeBytes { buffer in
        do throws(KafkaError) { try body(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
}
