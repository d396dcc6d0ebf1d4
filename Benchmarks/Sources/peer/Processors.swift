import CloudEvents
import Millrace
import QlikTasks
import Synchronization

struct Created: Processor {
    static let name = "created"
    static let types: [TypePattern] = ["com.qlik.scheduling.task.created"]
    init(_ options: NoOptions, _ context: ProcessorContext) async throws {}
    func process(_ delivery: Delivery) async throws { try count(delivery, as: TaskCreated.self, in: Tally.created) }
}

struct Updated: Processor {
    static let name = "updated"
    static let types: [TypePattern] = ["com.qlik.scheduling.task.updated"]
    init(_ options: NoOptions, _ context: ProcessorContext) async throws {}
    func process(_ delivery: Delivery) async throws { try count(delivery, as: TaskUpdated.self, in: Tally.updated) }
}

struct Deleted: Processor {
    static let name = "deleted"
    static let types: [TypePattern] = ["com.qlik.scheduling.task.deleted"]
    init(_ options: NoOptions, _ context: ProcessorContext) async throws {}
    func process(_ delivery: Delivery) async throws { try count(delivery, as: TaskDeleted.self, in: Tally.deleted) }
}

/// What each of them does: reads the data where the mode wants it, counts, and measures where the mode wants that.
private func count<E: TaskEvent>(_ delivery: Delivery, as type: E.Type, in counter: borrowing Atomic<Int>) throws {
    Tally.begin()
    if Mode.isTyped {
        let task = try delivery.data(as: type).task
        if Mode.makesStrings {
            let record = TaskRecord(task)
            Tally.add(name: record.name, isEnabled: record.enabled == true)
        } else {
            Tally.add(name: task.name, isEnabled: task.enabled == true)
        }
    }
    Tally.count(counter)
    if Mode.isLatency { Latencies.note(delivery) }
}
