import CloudEvents
import QlikTasks

/// The data of a Tasks event as JSON text, made of member texts in their order.
struct TaskData {
    /// Each member's name and its JSON text.
    private(set) var members: [(name: String, json: String)]

    /// Only what the documentation requires.
    static let required = TaskData(members: [
        ("id", #""t1""#), ("name", #""Reload""#), ("action", #""RELOAD_APP""#), ("ownerId", #""u1""#),
        ("createdBy", #""u2""#), ("resourceId", #""r1""#), ("resourceType", #""app""#),
    ])

    /// The same with a member replaced or added.
    func with(_ name: String, _ json: String) -> TaskData {
        guard let index = members.firstIndex(where: { $0.name == name }) else { return adding(name, json) }
        var copy = self
        copy.members[index].json = json
        return copy
    }

    /// The same with a member at the end, whether there is one of that name or not.
    func adding(_ name: String, _ json: String) -> TaskData {
        var copy = self
        copy.members.append((name, json))
        return copy
    }

    /// The same without a member.
    func without(_ name: String) -> TaskData {
        TaskData(members: members.filter { $0.name != name })
    }

    /// As JSON text.
    var json: String {
        "{" + members.map { "\"\($0.name)\":\($0.json)" }.joined(separator: ",") + "}"
    }

    /// A conforming structured event with these data.
    func event(_ kind: TaskEventKind = .updated) throws -> CloudEvent {
        try taskEvent(kind, members: #","data":\#(json)"#)
    }

    /// A conforming binary event with these data.
    func binaryEvent(_ kind: TaskEventKind = .updated) throws -> CloudEvent {
        try taskEvent(kind, binary: Array(json.utf8))
    }
}

/// A conforming structured event of that kind with more members.
func taskEvent(_ kind: TaskEventKind, members: String) throws -> CloudEvent {
    let json = #"{"specversion":"1.0","id":"1","source":"/s","type":"\#(kind.type)"\#(members)}"#
    return try CloudEvent(json: Array(json.utf8))
}

/// A conforming binary event of that kind with this value.
func taskEvent(_ kind: TaskEventKind, binary value: [UInt8]?) throws -> CloudEvent {
    let headers = [
        ("ce_specversion", "1.0"), ("ce_id", "1"), ("ce_source", "/s"), ("ce_type", kind.type),
        ("content-type", "application/json"),
    ].map { KafkaMessage.Header(name: $0, value: Array($1.utf8)) }
    struct NoEvent: Error {}
    guard let event = try CloudEvent.read(KafkaMessage(headers: headers, value: value)) else { throw NoEvent() }
    return event
}

/// What came of reading an event.
enum Reading: Equatable {
    case read(tolerated: [String])
    case refused(EventDataError)

    init(_ event: CloudEvent) {
        var tolerated: [String] = []
        do throws(EventDataError) {
            _ = try AnyTaskEvent.decode(from: event, tolerated: &tolerated)
            self = .read(tolerated: tolerated)
        } catch {
            self = .refused(error)
        }
    }
}

extension CloudEvent {
    /// The task's state, whatever is tolerated.
    func task() throws -> TaskState { try data(as: AnyTaskEvent.self).task }
}
