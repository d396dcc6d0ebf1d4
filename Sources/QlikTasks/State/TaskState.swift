public import CloudEvents

/// The full state of a task when its event was published: the data of every Tasks event.
///
/// Shares the memory of the event; a member is looked up when the state is read and becomes a `String` each time that it
/// is asked for. Required members are there, possibly empty. An optional one is nil where the event has none or `null`,
/// which is not the same as empty.
///
/// Source: the schema `taskEntryObject` of Qlik Cloud's documentation of the Tasks events.
public struct TaskState: Sendable {
    /// Half a kilobyte that never changes: shared, because states are handed around more often than they are read.
    private final class Storage: Sendable {
        let event: CloudEvent
        let data: HeldData
        let places: TaskPlaces

        init(_ event: CloudEvent, _ data: HeldData, _ places: TaskPlaces) {
            self.event = event
            self.data = data
            self.places = places
        }
    }

    private let storage: Storage

    /// The event that the state was read from.
    public var event: CloudEvent { storage.event }
    private var data: HeldData { storage.data }
    private var places: TaskPlaces { storage.places }

    /// The state in an event's data.
    ///
    /// - Parameters:
    ///   - kind: what the event says of the task.
    ///   - tolerated: takes the codes of what was let pass.
    init(
        _ event: CloudEvent, of kind: TaskEventKind, tolerated: inout [String]
    ) throws(EventDataError) {
        let data = try event.jsonData(tolerated: &tolerated)
        do throws(EventDataError) {
            storage = Storage(event, data, try TaskPlaces(data))
        } catch {
            throw CloudEvent.dataError(error, in: data.bytes)
        }
        noteTolerances(of: kind, in: &tolerated)
    }

    // MARK: Required members

    /// The unique identifier of the task. Opaque: a UUID in the documentation, other forms in real tenants.
    public var id: String { required(places[.id]) }
    /// The name of the task.
    public var name: String { required(places[.name]) }
    /// The action performed on the target resource.
    public var action: String { required(places[.action]) }
    /// The unique identifier of the user that owns the task. Only applicable for user-level tasks.
    public var ownerId: String { required(places[.ownerId]) }
    /// The unique identifier of the user that created the task.
    public var createdBy: String { required(places[.createdBy]) }
    /// The unique identifier of the target resource associated with the task's action.
    public var resourceId: String { required(places[.resourceId]) }
    /// The type of resource that the task operates on.
    public var resourceType: ResourceType { ResourceType(rawValue: required(places[.resourceType])) }

    // MARK: Optional members

    /// The product domain in which the associated resource is used. The documentation takes `ANALYTICS` where an event
    /// does not say.
    public var usage: TaskUsage? { text(places[.usage]).map(TaskUsage.init(rawValue:)) }
    /// The status in which the task run finished.
    public var status: TaskStatus? { text(places[.status]).map(TaskStatus.init(rawValue:)) }
    /// Whether the task is enabled: active and eligible to run.
    public var enabled: Bool? { withPlaces { text, places in places.enabled(in: text) } }
    /// The unique identifier of the space that the task operates in.
    public var spaceId: String? { text(places[.spaceId]) }
    /// The task execution duration, as written: ISO 8601, but any text occurs. ``executionTime`` is the same read.
    public var duration: String? { text(places[.duration]) }
    /// The UTC timestamp when the task was created, as written. ``createdInstant`` is the same read.
    public var createdAt: String? { text(places[.createdAt]) }
    /// The UTC timestamp when the task was deleted, as written. Says nothing about whether it is: events about creation
    /// carry one too. ``deletedInstant`` is the same read.
    public var deletedAt: String? { text(places[.deletedAt]) }
    /// The UTC timestamp when the task was last updated, as written. ``updatedInstant`` is the same read.
    public var updatedAt: String? { text(places[.updatedAt]) }
    /// A user-provided description of the task.
    public var description: String? { text(places[.description]) }
    /// The list of parameters for the action. Nil and no parameters are different.
    public var actionParams: [String]? { strings(places[.actionParams]) }
    /// The reason the task was disabled. Says nothing about whether it is: ask ``enabled``.
    public var disabledCode: DisabledCode? { text(places[.disabledCode]).map(DisabledCode.init(rawValue:)) }
    /// The identifier of the original reload task from which this task was migrated. Empty if it was not migrated.
    public var migratedFrom: String? { text(places[.migratedFrom]) }
    /// Additional details about the final status, such as the failure reason, automation ID, or reload ID.
    public var statusDetails: String? { text(places[.statusDetails]) }
    /// The list of fields updated in this task, with the old and new values for each changed field: `_updates`. Documented
    /// for updates only, and even there it may be missing, which is not the same as empty.
    public var changes: [TaskChange]? {
        defer { withExtendedLifetime(storage) {} }
        return places[.updates].isSet ? TaskChange.list(places[.updates].view(in: data.bytes)) : nil
    }

    // MARK: Texts that are read when asked for

    /// ``duration`` as a length of time; nil if there is none, if it is not written as ISO 8601 says, or if it has years or
    /// months, which are not always of one length. A day is taken as 24 hours.
    public var executionTime: Duration? {
        defer { withExtendedLifetime(storage) {} }
        return places[.duration].string(in: data.bytes).flatMap { DurationText.parse($0)?.length }
    }
    /// ``createdAt`` as an instant; nil if there is none or it is not written as RFC 3339 says.
    public var createdInstant: Timestamp? { createdAt.flatMap(Timestamp.init) }
    /// ``deletedAt`` as an instant; nil if there is none or it is not written as RFC 3339 says.
    public var deletedInstant: Timestamp? { deletedAt.flatMap(Timestamp.init) }
    /// ``updatedAt`` as an instant; nil if there is none or it is not written as RFC 3339 says.
    public var updatedInstant: Timestamp? { updatedAt.flatMap(Timestamp.init) }

    // MARK: Reading

    /// Lends the text of the data and where the members stand in it. What is lent must not leave the body.
    @inline(__always)
    func withPlaces<Result, Failure: Error>(
        _ body: (ByteView, TaskPlaces) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(storage) {} }
        return try body(storage.data.bytes, storage.places)
    }

    private func text(_ place: JSONPlace) -> String? {
        defer { withExtendedLifetime(storage) {} }
        return place.string(in: data.bytes)?.string
    }

    /// A member that was found when the state was read.
    private func required(_ place: JSONPlace) -> String {
        text(place) ?? ""
    }

    private func strings(_ place: JSONPlace) -> [String]? {
        guard place.isSet else { return nil }
        defer { withExtendedLifetime(storage) {} }
        var cursor = JSONCursor(trusting: place.view(in: data.bytes))
        var list: [String] = []
        do throws(EventDataError) {
            try cursor.enterArray()
            while cursor.nextElement() { list.append(try cursor.string().string) }
        } catch {
            // Cannot happen: the types were checked when the state was read.
        }
        return list
    }
}
