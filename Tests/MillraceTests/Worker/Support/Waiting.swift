import Dispatch
import Synchronization
import Testing

/// Waits for a condition of the outside world; records an issue when it does not come true in time.
func eventually(
    _ what: Comment, within limit: Duration = .seconds(60), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("did not happen: \(what)", sourceLocation: sourceLocation)
            throw DidNotHappen()
        }
        try await Task.sleep(for: .milliseconds(2))  // sleeps because it looks again and again
    }
}

struct DidNotHappen: Error {}

/// Handlers wait here until a test opens it. Waiting takes no notice of cancellation.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// A flag that one side sets and others read.
final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}

/// Blocks the threads that come here, not their tasks, until a test opens it.
final class Latch: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func block() {
        semaphore.wait()
        semaphore.signal()
    }

    func open() { semaphore.signal() }
}
