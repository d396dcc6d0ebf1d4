import Millrace

extension InputCases {
    /// Rows 36 to 39: the data of the Tasks events, member by member.
    static let tasks: [InputCase] =
        ["usage", "status", "disabledCode", "resourceType"].flatMap { name in
            [#""other""#, #""""#].map {
                task(36, [name: $0], .routed().tolerating("unknownEnum:/data/\(name)"))
            }
        }
        + ["id", "name", "action", "ownerId", "createdBy", "resourceId", "resourceType"].flatMap { name in
            ([nil, "null", "7"] as [String?]).map {
                task(37, [name: $0], .routed().refusingData("invalidData:/data/\(name)"))
            }
        }
        + ["usage", "enabled", "spaceId", "actionParams", "deletedAt", "_updates", "description"].map {
            task(37, [$0: "null"], .routed())
        }
        + [
            task(38, ["enabled": #""true""#], .routed().refusingData("invalidData:/data/enabled")),
            task(38, ["enabled": "1"], .routed().refusingData("invalidData:/data/enabled")),
            task(38, ["status": "0"], .routed().refusingData("invalidData:/data/status")),
            task(38, ["actionParams": #""full""#], .routed().refusingData("invalidData:/data/actionParams")),
            task(38, ["actionParams": #"["a",1]"#], .routed().refusingData("invalidData:/data/actionParams/1")),
            task(38, ["_updates": #"{"path":"/a"}"#], .routed().refusingData("invalidData:/data/_updates")),
            task(38, ["_updates": #"["/a"]"#], .routed().refusingData("invalidData:/data/_updates/0")),
            task(
                38, ["_updates": #"[{},{"path":1}]"#], .routed().refusingData("invalidData:/data/_updates/1/path")),
            task(
                38, ["_updates": #"[{"path":"$.enabled","newValue":true,"oldValue":"false"}]"#],
                .routed().tolerating("nonStringChangeValue:/data/_updates/0/newValue")),
            task(38, ["_updates": #"[{"path":"a","newValue":null}]"#], .routed()),
            task(38, ["_updates": "[]"], .routed()),
            task(38, ["unknown": #"{"id":[1,null]}"#], .routed()),
            task(39, ["duration": #""string""#], .routed().tolerating("invalidDuration:/data/duration")),
            task(39, ["duration": #""PT1M2.5S""#], .routed()),
            task(39, ["migratedFrom": #""""#], .routed()),
            task(39, ["spaceId": #""""#], .routed()),
            task(
                39, ["deletedAt": #""2018-10-30T07:06:22Z""#], .routed().tolerating("contradictoryDeletedAt")),
            task(39, ["enabled": "true", "disabledCode": #""MANUALLY""#], .routed()),
        ]

    /// Row 40: one source and id for several events. Where nobody asked for de-duplication each is routed, also the one
    /// whose bytes were seen before.
    package static let reusedIDs: [InputCase] = [
        reused("first", name: #""a""#, .routed()),
        reused("other bytes", name: #""b""#, .routed("idReuse")),
        reused("the first bytes again", name: #""a""#, .skipped("duplicate")),
        reused("the other bytes again", name: #""b""#, .skipped("duplicate")),
        reused("the same of another source", source: "/other", name: #""a""#, .routed()),
        reused("the same of another type", type: InputRecord.deletedType, name: #""a""#, .routed("idReuse")),
        reused("refused", name: "7", .routed("idReuse").refusingData("invalidData:/data/name")),
        reused("refused again", name: "7", .routed("idReuse").refusingData("invalidData:/data/name")),
    ]

    private static func reused(
        _ name: String, source: String = "/s", type: String = InputRecord.createdType, name value: String,
        _ deduplicated: InputCase.Expectation
    ) -> InputCase {
        var without = InputCase.Expectation.routed()
        without.dataReason = deduplicated.dataReason
        var item = both(
            40, name,
            InputRecord.event([
                "id": #""reused""#, "source": "\"\(source)\"", "type": "\"\(type)\"",
                "data": InputRecord.task(["name": value]),
            ]), without)
        item.deduplicated = deduplicated
        return item
    }

    /// A created event with these changes to a task's state.
    private static func task(
        _ row: Int, _ changes: KeyValuePairs<String, String?>, _ expectation: InputCase.Expectation
    ) -> InputCase {
        let name = changes.map { "\($0.key): \($0.value ?? "missing")" }.joined(separator: ", ")
        return both(row, name, InputRecord.event(["data": InputRecord.task(changes)]), expectation)
    }
}
