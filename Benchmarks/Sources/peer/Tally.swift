import Dispatch
import Synchronization

/// What the handlers count, and when the first of them was called.
enum Tally {
    static let created = Atomic<Int>(0)
    static let updated = Atomic<Int>(0)
    static let deleted = Atomic<Int>(0)
    static let first = Atomic<UInt64>(0)
    /// Bytes of the names of all tasks, and how many tasks are enabled, in the typed modes.
    static let names = Atomic<Int>(0)
    static let enabled = Atomic<Int>(0)

    static func begin() {
        if first.load(ordering: .relaxed) == 0 { first.store(now(), ordering: .relaxed) }
    }

    static func count(_ counter: borrowing Atomic<Int>) { counter.add(1, ordering: .relaxed) }

    static func add(name: String, isEnabled: Bool) {
        names.add(name.utf8.count, ordering: .relaxed)
        enabled.add(isEnabled ? 1 : 0, ordering: .relaxed)
    }

    static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }
}
