import CloudEvents
import Millrace

extension TaskState {
    /// The state as a JSON object in the order of the documentation, without what is missing or `null`; the paths of
    /// changes as JSON pointers.
    func json() -> String {
        withPlaces { text, places in
            var writer = StateWriter(text: text)
            writer.write(places, actionParams)
            if let changes { writer.write(changes) }
            return writer.finish()
        }
    }
}

private struct StateWriter {
    let text: ByteView
    private var json = JSONWriter()

    init(text: ByteView) {
        self.text = text
        json.beginObject()
    }

    mutating func write(_ places: TaskPlaces, _ actionParams: [String]?) {
        string("id", places[.id])
        string("name", places[.name])
        string("usage", places[.usage])
        string("action", places[.action])
        string("status", places[.status])
        if let enabled = places.enabled(in: text) {
            json.name("enabled")
            json.bool(enabled)
        }
        string("ownerId", places[.ownerId])
        string("spaceId", places[.spaceId])
        string("duration", places[.duration])
        string("createdAt", places[.createdAt])
        string("createdBy", places[.createdBy])
        string("deletedAt", places[.deletedAt])
        string("updatedAt", places[.updatedAt])
        string("resourceId", places[.resourceId])
        string("description", places[.description])
        if let actionParams {
            json.name("actionParams")
            json.beginArray()
            for parameter in actionParams { json.string(parameter) }
            json.endArray()
        }
        string("disabledCode", places[.disabledCode])
        string("migratedFrom", places[.migratedFrom])
        string("resourceType", places[.resourceType])
        string("statusDetails", places[.statusDetails])
    }

    mutating func write(_ changes: [TaskChange]) {
        json.name("_updates")
        json.beginArray()
        for change in changes {
            json.beginObject()
            if let path = change.path { json.member("path", path) }
            write("newValue", change.newValue)
            write("oldValue", change.oldValue)
            json.endObject()
        }
        json.endArray()
    }

    mutating func finish() -> String {
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private mutating func write(_ name: StaticString, _ value: ChangeValue?) {
        guard let value else { return }
        json.name(name)
        switch value {
        case .string(let text): json.string(text)
        case .null: json.null()
        case .json(let text): json.raw(text.utf8)
        }
    }

    private mutating func string(_ name: StaticString, _ place: JSONPlace) {
        guard let string = place.string(in: text) else { return }
        json.name(name)
        string.bytes.withUnsafeBytes { json.string($0) }
    }
}
