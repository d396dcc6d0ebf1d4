import CloudEvents
import Foundation
import Testing

@testable import QlikTasks

/// What people are told of, and what not.
@Suite struct AlertTests {
    private func alerts(
        _ kind: TaskEventKind, _ members: KeyValuePairs<String, String>, user: String? = nil
    ) throws -> [TaskAlert] {
        let data = members.reduce(TaskData.required) { $0.with($1.key, $1.value) }
        let entry = try TaskEntry.make(kind, data, attributes: user.map { #","userid":"\#($0)""# } ?? "")
        return TaskAlert.alerts(entry.kind, entry.state, user: entry.event["userid"])
    }

    private static let disabled: [(name: String, json: String)] = [
        ("enabled", "false"), ("disabledCode", #""CONSECUTIVE-FAILURES""#),
    ]

    static let disabling: [(updates: String?, told: Bool)] = [
        (#"[{"path":"/enabled","newValue":"false","oldValue":"true"}]"#, true),
        (#"[{"path":"name","newValue":"a"},{"path":"$.enabled","newValue":false}]"#, true),
        (#"[{"path":"disabledCode","newValue":"CONSECUTIVE-FAILURES"}]"#, true),
        // It may be the one: better told twice than never.
        (nil, true), ("[]", true), ("null", true),
        // A later one about a task that is disabled.
        (#"[{"path":"/name","newValue":"a","oldValue":"b"}]"#, false),
        (#"[{"path":"/enabled","newValue":true,"oldValue":false}]"#, false),
    ]

    @Test(arguments: disabling) func disabledByFailures(updates: String?, told: Bool) throws {
        let alert = TaskAlert(kind: .disabledByFailures)
        func alerts(enabled: String, code: String) throws -> [TaskAlert] {
            try self.alerts(
                .updated, ["enabled": enabled, "disabledCode": code, "_updates": updates ?? "null"])
        }
        #expect(try alerts(enabled: "false", code: #""CONSECUTIVE-FAILURES""#) == (told ? [alert] : []))
        #expect(try alerts(enabled: "false", code: #""MANUALLY""#) == [])
        #expect(try alerts(enabled: "false", code: "null") == [])
        // Qlik Cloud sends the code with tasks that are enabled.
        #expect(try alerts(enabled: "true", code: #""CONSECUTIVE-FAILURES""#) == [])
        #expect(try alerts(enabled: "null", code: #""CONSECUTIVE-FAILURES""#) == [])
    }

    static let owners: [(user: String?, updates: String, previous: String??)] = [
        ("u1", #"[{"path":"/ownerId","oldValue":"u0","newValue":"u1"}]"#, "u0"),
        ("u1", #"[{"path":"ownerId","newValue":"u1"}]"#, .some(nil)),
        // Nobody knows who it was.
        (nil, #"[{"path":"$.ownerId","oldValue":"u0","newValue":"u1"}]"#, "u0"),
        // Given away by somebody else.
        ("u0", #"[{"path":"/ownerId","oldValue":"u0","newValue":"u1"}]"#, nil),
        ("u1", #"[{"path":"/ownerId","oldValue":"u1","newValue":"u1"}]"#, nil),
        ("u1", #"[{"path":"/name","oldValue":"u0","newValue":"u1"}]"#, nil),
        ("u1", "null", nil),
    ]

    @Test(arguments: owners) func ownerTakenOver(user: String?, updates: String, previous: String??) throws {
        let expected = previous.map { [TaskAlert(kind: .ownerTakenOver, previousOwner: $0)] } ?? []
        #expect(try alerts(.updated, ["_updates": updates], user: user) == expected)
    }

    @Test func deletedWhileEnabled() throws {
        #expect(try alerts(.deleted, ["enabled": "true"]) == [TaskAlert(kind: .deletedWhileEnabled)])
        #expect(try alerts(.deleted, ["enabled": "false"]) == [])
        #expect(try alerts(.deleted, [:]) == [])
        #expect(try alerts(.created, ["enabled": "true", "deletedAt": #""2026-01-01T00:00:00Z""#]) == [])
        #expect(try alerts(.updated, ["enabled": "true"]) == [])
    }

    @Test func oneEventMayGiveRiseToTwo() throws {
        let both = try alerts(
            .updated,
            [
                "enabled": "false", "disabledCode": #""CONSECUTIVE-FAILURES""#,
                "_updates": #"[{"path":"ownerId","oldValue":"u0"},{"path":"enabled","newValue":false}]"#,
            ])
        #expect(both.map(\.kind) == [.disabledByFailures, .ownerTakenOver])
    }

    @Test func theAlertSaysWhatAndWhy() throws {
        let data = TaskData.required.with("enabled", "true").with("spaceId", #""s\n""#)
        func event(_ id: String, _ data: TaskData, offset: Int64) throws -> CloudEvent {
            let entry = try TaskEntry.make(
                .deleted, data, id: id, time: "2026-01-01T01:00:00+01:00", topic: "top", partition: 3, offset: offset,
                attributes: #","tenantid":"ten""#)
            return try TaskAlert(kind: .deletedWhileEnabled).event(about: entry, source: "/me")
        }
        let alert = try event("e", data, offset: 7)
        #expect(alert.type == "millrace.task.deletedWhileEnabled")
        #expect(alert.source == "/me" && alert.subject == "t1" && alert.time == "2026-01-01T00:00:00Z")
        #expect(alert["tenantid"] == "ten" && alert["userid"] == nil)
        #expect(alert.id.hasSuffix("-deletedWhileEnabled"))
        #expect(
            alert.dataString
                == #"{"alert":"deletedWhileEnabled","taskId":"t1","name":"Reload","ownerId":"u1","spaceId":"s\n","#
                + #""resourceId":"r1","resourceType":"app","enabled":true,"disabledCode":null,"cause":{"source":"/s","#
                + #""id":"e","type":"com.qlik.scheduling.task.deleted","time":"2026-01-01T01:00:00+01:00","topic":"top","#
                + #""partition":3,"offset":7}}"#)
        // Known by its cause, wherever that stands.
        #expect(try event("e", data, offset: 8).id == alert.id)
        #expect(try event("f", data, offset: 7).id != alert.id)
        #expect(try event("e", data.with("name", #""b""#), offset: 7).id != alert.id)
        // A task's id may be what a subject may not.
        #expect(try event("e", data.with("id", #""a\nb""#), offset: 7).subject == nil)
        #expect(try event("e", data.with("id", #""""#), offset: 7).subject == nil)
    }
}
