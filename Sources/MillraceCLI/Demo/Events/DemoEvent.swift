import Millrace

/// One event of the demo before it is a record: an envelope whose parts can be broken one by one.
struct DemoEvent: Sendable {
    var specVersion = "1.0"
    var id: String?
    var source = "com.qlik/scheduling"
    var type: String
    var time: String
    var eventType: String
    var task: DemoTask
    var name: String
    var resourceType = "app"
    var enabledText: String
    var hasData = true
    /// What an update changed, as `_updates` says it.
    var change: DemoTask.Change?

    init(id: String, type: String, seconds: Int, task: DemoTask) {
        self.id = id
        self.type = type
        eventType = type
        // From 2025-03-01T00:00:00Z on.
        time = InstantText.rfc3339(milliseconds: (1_740_787_200 + Int64(seconds)) * 1_000)
        self.task = task
        name = task.name
        enabledText = task.enabled ? "true" : "false"
    }

    /// What is tolerated in an event of the hybrid kind.
    static let hybridTolerances = [
        "legacyAttribute:eventType", "liftedExtensions", "placeholderMediaType", "typeByEventType",
    ]

    /// Breaks what the fault is about; faults of the bytes are done to the record afterwards.
    mutating func `break`(as fault: DemoFault?) {
        switch fault {
        case .noID: id = nil
        case .emptySource: source = ""
        case .oldVersion: specVersion = "0.3"
        case .badTime: time = "2025-02-30T06:00:00Z"
        case .typesDisagree: eventType = DemoEvents.deleted
        case .unknownType: type = "com.qlik.scheduling.task.archived"
        case .noData: hasData = false
        case .wrongDataType: enabledText = #""yes""#
        case .refused: resourceType = DemoTask.refusedResource
        case .alwaysFails: name = DemoTask.failingName
        case .noText, .truncated, .badUTF8, .typeTwice, .avro, nil: break
        }
    }

    /// The event as JSON: `hybrid` as Qlik documents it, else as CloudEvents 1.0 has it.
    func json(hybrid: Bool) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        if let id { json.member("id", id) }
        json.member("time", time)
        json.member("type", hybrid && type == eventType ? "com.qlik.scheduling.tasks.created" : type)
        json.member("source", source)
        json.member("specversion", specVersion)
        json.member("datacontenttype", hybrid ? "string" : "application/json")
        if !hybrid { writeExtensions(into: &json) }
        if hasData {
            json.name("data")
            writeData(into: &json)
        }
        if hybrid {
            json.member("eventType", eventType)
            json.name("extensions")
            json.beginObject()
            writeExtensions(into: &json)
            json.endObject()
        }
        json.endObject()
        return json.take()
    }

    /// The data alone, as JSON.
    func dataJSON() -> [UInt8] {
        var json = JSONWriter()
        writeData(into: &json)
        return json.take()
    }

    private func writeExtensions(into json: inout JSONWriter) {
        json.member("userid", task.owner)
        json.member("tenantid", task.tenant)
        json.member("toplevelresourceid", task.resource)
    }

    private func writeData(into json: inout JSONWriter) {
        json.beginObject()
        json.member("id", task.id)
        json.member("name", name)
        json.member("usage", "ANALYTICS")
        json.member("action", "RELOAD_APP")
        json.member("description", task.description)
        json.name("enabled")
        json.raw(enabledText.utf8)
        json.member("ownerId", task.owner)
        json.member("spaceId", task.space)
        json.member("createdBy", task.owner)
        json.member("updatedAt", time)
        json.member("resourceId", task.resource)
        json.member("resourceType", resourceType)
        if !task.enabled { json.member("disabledCode", "MANUALLY") }
        if let change {
            json.name("_updates")
            json.beginArray()
            json.beginObject()
            json.member("path", change.path)
            json.member("newValue", change.new)
            json.member("oldValue", change.old)
            json.endObject()
            json.endArray()
        }
        json.endObject()
    }
}
