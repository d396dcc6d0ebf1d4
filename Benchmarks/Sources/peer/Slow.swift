import CloudEvents
import Millrace

/// A handler that takes a millisecond, for all types: the order of a key is one over all events of a route, and what
/// is in flight is counted by route.
struct Slow: Processor {
    static let name = "slow"
    static let types = Created.types + Updated.types + Deleted.types
    init(_ options: NoOptions, _ context: ProcessorContext) async throws {}

    func process(_ delivery: Delivery) async throws {
        Tally.begin()
        if Mode.current == .slowTask {
            try await Task.sleep(for: .milliseconds(1))
        } else {
            try await delivery.clock.sleep(for: .milliseconds(1))
        }
        switch delivery.event.type {
        case "com.qlik.scheduling.task.created": Tally.count(Tally.created)
        case "com.qlik.scheduling.task.updated": Tally.count(Tally.updated)
        default: Tally.count(Tally.deleted)
        }
    }
}
