import Foundation
import Millrace
import Synchronization

/// The times from sending each record to the end of its handler, in nanoseconds, in the order in which they ended.
enum Latencies {
    private static let samples = Mutex<[Int64]>([])

    static func reserve(_ count: Int) { samples.withLock { $0.reserveCapacity(count) } }

    static func note(_ delivery: Delivery) {
        guard let text = delivery.headers.last(where: { $0.name == "x-sent-ns" })?.text, let sent = Int64(text) else {
            let words = "peer: a record without a header x-sent-ns: its producer is not the contract's\n"
            FileHandle.standardError.write(Data(words.utf8))
            exit(65)
        }
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let time = Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec) - sent
        samples.withLock { $0.append(time) }
    }

    /// Whole microseconds by nearest rank, without the first twentieth; nil where nothing was measured.
    static func summary() -> [String: Int]? {
        let sorted = samples.withLock { $0.dropFirst($0.count / 20).sorted() }
        if sorted.isEmpty { return nil }
        func rank(_ share: Double) -> Int {
            Int(sorted[max(1, Int((share * Double(sorted.count)).rounded(.up))) - 1] / 1000)
        }
        return ["p50": rank(0.5), "p99": rank(0.99), "p999": rank(0.999), "max": rank(1)]
    }
}
