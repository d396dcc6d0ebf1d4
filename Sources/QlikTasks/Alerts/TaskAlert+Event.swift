import CloudEvents
import Millrace

extension TaskAlert {
    /// The type of the event that tells of it: `millrace.task.disabledByFailures`.
    var type: String { "millrace.task.\(kind.rawValue)" }

    /// The event that tells of it. A second delivery of the cause makes the same event, with the same id.
    ///
    /// - Parameter source: the event's source.
    func event(about entry: TaskEntry, source: String) throws(EventFault) -> CloudEvent {
        let cause = entry.event
        var extensions: [String: AttributeValue] = [:]
        for name in ["tenantid", "userid"] { extensions[name] = cause[name].map { .string($0) } }
        func event(subject: String?) throws(EventFault) -> CloudEvent {
            try CloudEvent(
                id: "\(Self.digest(of: cause, entry.kind))-\(kind.rawValue)", source: source, type: type,
                subject: subject, time: cause.instant, extensions: extensions, data: .json(json(about: entry)))
        }
        // A task's id may be any text, a subject may not.
        do { return try event(subject: entry.state.id) } catch { return try event(subject: nil) }
    }

    /// Names the cause as the audit does: by source, id, kind and data.
    private static func digest(of cause: CloudEvent, _ kind: TaskEventKind) -> String {
        let data = cause.withDataBytes { Digest.sha256Hexadecimal($0) } ?? ""
        let text = [cause.source, cause.id, kind.rawValue, data].joined(separator: "\n")
        return String(Array(text.utf8).withUnsafeBytes { Digest.sha256Hexadecimal($0) }.prefix(32))
    }

    private func json(about entry: TaskEntry) -> [UInt8] {
        let (state, cause) = (entry.state, entry.event)
        var json = JSONWriter()
        json.beginObject()
        json.member("alert", kind.rawValue)
        json.member("taskId", state.id)
        json.member("name", state.name)
        json.member("ownerId", state.ownerId)
        if kind == .ownerTakenOver { json.member("previousOwnerId", previousOwner) }
        json.member("spaceId", state.spaceId)
        json.member("resourceId", state.resourceId)
        json.member("resourceType", state.resourceType.rawValue)
        json.name("enabled")
        if let enabled = state.enabled { json.bool(enabled) } else { json.null() }
        json.member("disabledCode", state.disabledCode?.rawValue)
        json.name("cause")
        json.beginObject()
        json.member("source", cause.source)
        json.member("id", cause.id)
        json.member("type", cause.type)
        json.member("time", cause.time)
        json.member("topic", entry.topic)
        json.member("partition", Int64(entry.partition))
        json.member("offset", entry.offset)
        json.endObject()
        json.endObject()
        return json.bytes
    }
}
