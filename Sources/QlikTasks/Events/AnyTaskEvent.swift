public import CloudEvents

/// One of the three Tasks events, told apart by the event's canonical type: for processors that take all of them.
public enum AnyTaskEvent: EventData {
    /// A task was created.
    case created(TaskCreated)
    /// A task was updated.
    case updated(TaskUpdated)
    /// A task was deleted.
    case deleted(TaskDeleted)

    /// Reads the event as what its type says.
    ///
    /// - Throws: `invalidData:/type` for any other type; else as ``TaskEvent/decode(from:tolerated:)``.
    public static func decode(from event: CloudEvent, tolerated: inout [String]) throws(EventDataError) -> AnyTaskEvent
    {
        switch TaskEventKind(event) {
        case .created: .created(try TaskCreated.decode(from: event, tolerated: &tolerated))
        case .updated: .updated(try TaskUpdated.decode(from: event, tolerated: &tolerated))
        case .deleted: .deleted(try TaskDeleted.decode(from: event, tolerated: &tolerated))
        case nil:
            throw EventDataError(
                .invalidData, pointer: "/type", expected: "com.qlik.scheduling.task.created, .updated or .deleted",
                actual: "another type")
        }
    }

    /// The event as what it is.
    public var base: any TaskEvent {
        switch self {
        case .created(let event): event
        case .updated(let event): event
        case .deleted(let event): event
        }
    }

    /// What happened.
    public var kind: TaskEventKind {
        switch self {
        case .created: .created
        case .updated: .updated
        case .deleted: .deleted
        }
    }

    /// The full state of the task when the event was published.
    public var task: TaskState {
        switch self {
        case .created(let event): event.task
        case .updated(let event): event.task
        case .deleted(let event): event.task
        }
    }
}
