import CloudEvents
import Millrace

/// What the demo's workers run: reads the task that each event is about, and fails as the demo's records want it.
struct DemoProcessor: Processor {
    /// What the demo reads of a task.
    struct Task: Decodable, EventData {
        var id: String
        var name: String
        var enabled: Bool
        var ownerId: String
        var resourceType: String
    }

    /// It was made to fail, this time or every time.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    static let name = "demo"
    static let summary = "Reads tasks and counts them."
    static let types: [TypePattern] = DemoEvents.types.map { TypePattern($0) }
    private let observer: DemoObserver?

    init(_ options: NoOptions, _ context: ProcessorContext) { observer = nil }

    init(_ observer: DemoObserver) { self.observer = observer }

    func process(_ delivery: Delivery) async throws {
        let task = try delivery.data(as: Task.self)
        if task.resourceType == DemoTask.refusedResource {
            throw ProcessingError.reject(DemoTask.refusedCode, "no task of this demo works on a spreadsheet")
        }
        if task.name == DemoTask.failingName { throw Failure(description: "this task fails every time") }
        if task.name == DemoTask.flakyName, delivery.attempt < 3 {
            throw Failure(description: "this task fails twice")
        }
        observer?.processed(partition: delivery.partition, offset: delivery.offset, type: delivery.event.type)
    }
}
