import CloudEvents
import QlikTasks
import Testing

/// The data as a whole, in every form that it comes in.
@Suite struct DataTests {
    private func error(_ members: String) throws -> EventDataError? {
        guard case .refused(let error) = Reading(try taskEvent(.created, members: members)) else { return nil }
        return error
    }

    private func error(binary value: String?) throws -> EventDataError? {
        guard case .refused(let error) = Reading(try taskEvent(.created, binary: value.map { Array($0.utf8) })) else {
            return nil
        }
        return error
    }

    @Test func wholeDataErrors() throws {
        #expect(try error("") == EventDataError(.dataMissing, expected: "data", actual: "nothing"))
        #expect(try error(#","data":null"#) == EventDataError(.dataNull, actual: "null"))
        #expect(try error(binary: nil)?.reason == "dataMissing")
        #expect(try error(binary: "null")?.reason == "dataNull")
        for text in ["", "{", "{}x", #"{"id":"\ud800"}"#, "{'id':1}", "NaN"] {
            #expect(try error(binary: text)?.reason == "dataSyntax", "\(text)")
        }
        let inner = TaskData.required.json.replacing("\"", with: "\\\"")
        let twice = try error(#","data":"\#(inner)""#)
        #expect(twice?.reason == "doubleEncoded")
        #expect(twice?.expected == "object")
        #expect(try error(binary: "\"\(inner)\"")?.reason == "doubleEncoded")
        for (json, kind) in [(#""text""#, "string"), ("7", "number"), ("[]", "array"), ("false", "boolean")] {
            #expect(
                try error(#","data":\#(json)"#)
                    == EventDataError(.invalidData, pointer: "/data", expected: "object", actual: kind))
        }
        #expect(
            try error(#","data":{}"#)
                == EventDataError(.invalidData, pointer: "/data/id", expected: "string", actual: "nothing"))
    }

    @Test func otherFormsOfData() throws {
        let data = TaskData.required.with("name", #""Täglich \u00e9""#).json
        let escaped = data.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let base64 =
            "eyJpZCI6InQxIiwibmFtZSI6IuKCrCIsImFjdGlvbiI6IngiLCJvd25lcklkIjoieCIsImNyZWF0ZWRCeSI6IngiLCJyZXNvd"
            + "XJjZUlkIjoieCIsInJlc291cmNlVHlwZSI6ImFwcCJ9"
        let text = try taskEvent(.created, members: #","datacontenttype":"text/plain","data":"\#(escaped)""#)
        #expect(try text.task().name == "Täglich é")
        let bytes = try taskEvent(.created, members: #","data_base64":"\#(base64)""#)
        #expect(Reading(bytes) == .read(tolerated: []))
        // The decoded bytes live as long as the state, not only while it is read.
        let tasks = try (0..<50).map { _ in try bytes.task() }
        #expect(tasks.allSatisfy { $0.name == "€" && $0.id == "t1" && $0.resourceType == .app })
        let marked = try taskEvent(.created, binary: [0xEF, 0xBB, 0xBF] + Array(data.utf8))
        #expect(Reading(marked) == .read(tolerated: ["bom"]))
        #expect(try marked.task().ownerId == "u1")
    }

    @Test func whiteSpaceMakesNoDifference() throws {
        let data = TaskData.required.with("enabled", "true").with("actionParams", #"["a","b"]"#).with(
            "_updates", #"[{"path":"/name","newValue":[1,{"a":"b c"}],"oldValue":null}]"#)
        let spaced = data.json.map { [":": " :\n", ",": "\t,\r\n ", "{": "{ ", "[": " [ "][$0] ?? String($0) }.joined()
        let plain = try data.event()
        let event = try taskEvent(.updated, members: ", \"data\" : \(spaced)")
        #expect(Reading(event) == Reading(plain))
        #expect(TaskExplanation.text(event) == TaskExplanation.text(plain))
        #expect(try event.task().changes == plain.task().changes)
    }

    @Test func typeDecides() throws {
        let other = try CloudEvent(
            id: "1", source: "/s", type: "com.example.a", data: .json(Array(TaskData.required.json.utf8)))
        #expect(TaskExplanation.text(other) == nil)
        guard case .refused(let error) = Reading(other) else {
            Issue.record("read as a Tasks event")
            return
        }
        #expect(error.reason == "invalidData:/type")
        #expect(try other.data(as: TaskCreated.self).task.id == "t1")
        for kind in TaskEventKind.allCases {
            let event = try TaskData.required.event(kind).data(as: AnyTaskEvent.self)
            #expect(event.kind == kind)
            #expect(type(of: event.base).kind == kind)
            #expect(event.base.event.type == kind.type)
        }
    }

    @Test func metadata() throws {
        let data = #","data":\#(TaskData.required.json)"#
        let full = try taskEvent(.created, members: #","tenantid":"t","userid":"","toplevelresourceid":"r""# + data)
            .data(as: TaskCreated.self)
        #expect((full.tenantId, full.userId, full.topLevelResourceId) == ("t", "", "r"))
        let none = try taskEvent(.updated, members: data).data(as: TaskUpdated.self)
        #expect((none.tenantId, none.userId, none.topLevelResourceId) == (nil, nil, nil))
        let lifted = try CloudEvent(
            json: Array(
                #"{"specversion":"1.0","id":"1","source":"/s","type":"\#(TaskEventKind.deleted.type)","extensions":{"tenantId":"t","userId":"u","topLevelResourceId":""}\#(data)}"#
                    .utf8), profile: .qlik
        ).data(as: TaskDeleted.self)
        #expect((lifted.tenantId, lifted.userId, lifted.topLevelResourceId) == ("t", "u", ""))
    }
}
