package import MillraceEngine
import Synchronization

/// Counts tolerances until the next time that somebody is told.
package final class ToleratedCounter: ToleratedSink {
    private let counts = Mutex<[String: [String: Int]]>([:])

    package func tolerated(_ codes: [String], topic: String) {
        counts.withLock { counts in
            for code in codes { counts[topic, default: [:]][code, default: 0] += 1 }
        }
    }

    package func add(_ code: String, count: Int, topic: String) {
        counts.withLock { $0[topic, default: [:]][code, default: 0] += count }
    }

    package func flush(to observer: (any EngineObserver)?) {
        let taken = counts.withLock { counts in
            defer { if !counts.isEmpty { counts = [:] } }
            return counts
        }
        guard let observer else { return }
        for (topic, codes) in taken {
            for (code, count) in codes { observer.observe(.tolerated(topic: topic, code: code, count: count)) }
        }
    }
}
