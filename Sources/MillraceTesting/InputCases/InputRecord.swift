package import Millrace

/// Builders of the records of the cases.
package enum InputRecord {
    package static let createdType = "com.qlik.scheduling.task.created"
    package static let updatedType = "com.qlik.scheduling.task.updated"
    package static let deletedType = "com.qlik.scheduling.task.deleted"
    package static let jsonFormat = "application/cloudevents+json; charset=UTF-8"

    /// The JSON text of an event: a conforming one, with members replaced, removed (nil) or added, each value being
    /// JSON text. Where no change is about data, it is that of a task.
    package static func json(_ changes: KeyValuePairs<String, String?> = [:]) -> String {
        let attributes = object(
            [("specversion", #""1.0""#), ("id", #""1""#), ("source", #""/s""#), ("type", "\"\(createdType)\"")], changes
        )
        if changes.contains(where: { $0.key == "data" || $0.key == "data_base64" }) { return attributes }
        return attributes.dropLast() + #","data":\#(task())}"#
    }

    /// The JSON text of a task's state: what the documentation requires, with members replaced, removed (nil) or added,
    /// each value being JSON text.
    package static func task(_ changes: KeyValuePairs<String, String?> = [:]) -> String {
        object(
            [
                ("id", #""t""#), ("name", #""n""#), ("action", #""a""#), ("ownerId", #""o""#), ("createdBy", #""c""#),
                ("resourceId", #""r""#), ("resourceType", #""app""#),
            ], changes)
    }

    private static func object(
        _ members: [(name: String, text: String)], _ changes: KeyValuePairs<String, String?>
    ) -> String {
        var members = members
        for (name, text) in changes {
            let index = members.firstIndex { $0.name == name }
            switch (index, text) {
            case (let index?, let text?): members[index].text = text
            case (let index?, nil): members.remove(at: index)
            case (nil, let text?): members.append((name, text))
            case (nil, nil): break
            }
        }
        return "{" + members.map { "\"\($0.name)\":\($0.text)" }.joined(separator: ",") + "}"
    }

    /// A record in structured mode with these value bytes.
    package static func structured(bytes: [UInt8]?, contentType: String? = jsonFormat) -> RecordLine {
        RecordLine(
            key: Array("key".utf8), headers: contentType.map { [RecordLine.Header("content-type", $0)] } ?? [],
            value: bytes)
    }

    /// A record in structured mode with this value.
    package static func structured(_ text: String, contentType: String? = jsonFormat) -> RecordLine {
        structured(bytes: Array(text.utf8), contentType: contentType)
    }

    /// A record in structured mode: the conforming event with changes.
    package static func event(_ changes: KeyValuePairs<String, String?>) -> RecordLine {
        structured(json(changes))
    }

    /// A record in binary mode: the conforming event with headers replaced, removed (nil) or added.
    package static func binary(
        _ changes: KeyValuePairs<String, String?> = [:], value: String? = task()
    ) -> RecordLine {
        var headers = [
            RecordLine.Header("ce_specversion", "1.0"), RecordLine.Header("ce_id", "1"),
            RecordLine.Header("ce_source", "/s"), RecordLine.Header("ce_type", createdType),
            RecordLine.Header("content-type", "application/json"),
        ]
        for (name, text) in changes {
            let index = headers.firstIndex { $0.name == Array(name.utf8) }
            switch (index, text) {
            case (let index?, let text?): headers[index] = RecordLine.Header(name, text)
            case (let index?, nil): headers.remove(at: index)
            case (nil, let text?): headers.append(RecordLine.Header(name, text))
            case (nil, nil): break
            }
        }
        return RecordLine(key: Array("key".utf8), headers: headers, value: value.map { Array($0.utf8) })
    }
}

extension RecordLine {
    /// The same record with one more header at the end.
    package func adding(_ name: String, _ value: [UInt8]?) -> RecordLine {
        var copy = self
        copy.headers.append(Header(name: Array(name.utf8), value: value))
        return copy
    }

    /// The same record with a header of this name replaced in its place.
    package func replacing(_ name: String, with header: Header) -> RecordLine {
        var copy = self
        for index in copy.headers.indices where copy.headers[index].name == Array(name.utf8) {
            copy.headers[index] = header
        }
        return copy
    }
}
