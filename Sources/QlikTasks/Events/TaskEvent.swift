public import CloudEvents

/// An event about one task: what happened is its type, how the task is now is its data.
///
/// Never derive from the state what the type says: events about creation carry a time of deletion too.
public protocol TaskEvent: EventData {
    /// What happened.
    static var kind: TaskEventKind { get }
    /// The full state of the task when the event was published.
    var task: TaskState { get }
    /// The event with that state.
    init(task: TaskState)
}

extension TaskEvent {
    /// Reads the state from an event's data. The event's type is not asked, that is the route's part; ``AnyTaskEvent``
    /// asks it.
    ///
    /// Counts as tolerated: `unknownEnum:POINTER`, `invalidDuration:POINTER`, `nonStringChangeValue:POINTER`, and
    /// `contradictoryDeletedAt` where an event that is not about deletion has a time of deletion.
    ///
    /// - Throws: `dataMissing`, `dataNull`, `dataSyntax`, `doubleEncoded`; `invalidData` with the pointer of a required
    ///   member that is missing or null, or of any member of another type than documented.
    public static func decode(from event: CloudEvent, tolerated: inout [String]) throws(EventDataError) -> Self {
        Self(task: try TaskState(event, of: kind, tolerated: &tolerated))
    }

    /// The event itself.
    public var event: CloudEvent { task.event }
    /// Unique identifier of the tenant related to the event; nil where it is unknown, as in documented updates, which is
    /// not the same as empty. The extension attribute `tenantid`, looked up at each call.
    public var tenantId: String? { event["tenantid"] }
    /// Unique identifier of the user related to the event; nil where it is unknown. The extension attribute `userid`.
    public var userId: String? { event["userid"] }
    /// Identifier of the top-level resource that triggered the event; nil where it is unknown. The extension attribute
    /// `toplevelresourceid`.
    public var topLevelResourceId: String? { event["toplevelresourceid"] }
}

/// Published when a new task is created. Has the task's id, owner, associated resource, and the scheduled action.
public struct TaskCreated: TaskEvent {
    /// What happened.
    public static let kind = TaskEventKind.created
    /// The task as it was created.
    public let task: TaskState
    /// The event with that state.
    public init(task: TaskState) { self.task = task }
}

/// Published when a task's configuration or properties are updated. Tells configuration drift, and is what an audit
/// reads.
public struct TaskUpdated: TaskEvent {
    /// What happened.
    public static let kind = TaskEventKind.updated
    /// The task after the update; its ``TaskState/changes`` say what was modified from what to what.
    public let task: TaskState
    /// The event with that state.
    public init(task: TaskState) { self.task = task }
}

/// Published when a task is deleted. Has the full state at the time of deletion.
public struct TaskDeleted: TaskEvent {
    /// What happened.
    public static let kind = TaskEventKind.deleted
    /// The task as it was.
    public let task: TaskState
    /// The event with that state.
    public init(task: TaskState) { self.task = task }
}
