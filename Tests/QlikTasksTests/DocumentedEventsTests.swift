import CloudEvents
import Foundation
import Millrace
import QlikTasks
import Testing

/// The three events that Qlik Cloud documents, byte for byte.
@Suite(.enabled(if: Vectors.folder != nil, Vectors.reason)) struct DocumentedEventsTests {
    private func bytes(_ kind: TaskEventKind) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: try #require(Vectors.folder))
        return Array(try Data(contentsOf: folder.appendingPathComponent("qlik.dev/seed-example.task.\(kind).json")))
    }

    @Test(arguments: TaskEventKind.allCases) func isRead(kind: TaskEventKind) throws {
        let event = try CloudEvent(json: try bytes(kind), profile: .qlik)
        let read = try event.data(as: AnyTaskEvent.self)
        #expect(read.kind == kind)
        #expect(read.base.tenantId == (kind == .updated ? nil : "103359ca-3579-4125-a0dc-d19531b53186"))
        #expect(read.base.userId == (kind == .updated ? nil : "ad378d54-3e97-47c0-bc57-cd84dbb93fa2"))
        #expect(read.base.topLevelResourceId == (kind == .updated ? nil : "string"))

        let task = read.task
        #expect(task.id == "00000000-0000-0000-0000-000000000000")
        #expect(task.name == "My task")
        #expect(task.usage == .analytics)
        #expect(task.action == "string")
        #expect(task.status == .succeeded)
        #expect(task.enabled == true)
        #expect(task.ownerId == task.id)
        #expect(task.spaceId == "string")
        #expect(task.duration == "string")
        #expect(task.executionTime == nil)
        #expect(task.createdAt == "2018-10-30T07:06:22Z")
        #expect(task.createdBy == task.id)
        #expect(task.deletedInstant == task.createdInstant)
        #expect(task.updatedInstant?.seconds == 1_540_883_182)
        #expect(task.resourceId == "string")
        #expect(task.description == "This is my task")
        #expect(task.actionParams == ["string"])
        #expect(task.disabledCode == .manually)
        #expect(task.migratedFrom == "string")
        #expect(task.resourceType == .app)
        #expect(task.statusDetails == "string")
        let change = TaskChange(path: "string", newValue: .string("string"), oldValue: .string("string"))
        #expect(task.changes == (kind == .updated ? [change] : nil))
    }

    @Test(arguments: TaskEventKind.allCases) func isExplained(kind: TaskEventKind) throws {
        let event = try CloudEvent(json: try bytes(kind), profile: .qlik)
        guard case .typed(let json, let tolerated) = TaskExplanation.explain(event) else {
            Issue.record("not read")
            return
        }
        #expect(tolerated == ["invalidDuration:/data/duration"] + (kind == .deleted ? [] : ["contradictoryDeletedAt"]))
        // Every member as the event has it; only the path of a change is rewritten.
        let answer = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? NSDictionary
        var data = String(decoding: try #require(event.dataBytes), as: UTF8.self)
        data = data.replacingOccurrences(of: #""path": "string""#, with: #""path": "/string""#)
        #expect(answer == (try JSONSerialization.jsonObject(with: Data(data.utf8)) as? NSDictionary))
    }

    @Test(arguments: TaskEventKind.allCases) func isRefusedWhereTheEnvelopeMustConform(kind: TaskEventKind) throws {
        #expect(throws: EventFault.self) { try CloudEvent(json: try bytes(kind), profile: .strict) }
    }
}
