import CloudEvents
import QlikTasks
import Testing

/// Every member of the documented schema, with a right value and with wrong ones.
@Suite struct MemberTests {
    /// A member that is documented as a string.
    struct Member: Sendable, CustomTestStringConvertible {
        var name: String
        var isRequired: Bool
        /// A documented value.
        var value: String
        var read: @Sendable (TaskState) -> String?

        init(
            _ name: String, required: Bool = false, _ value: String, _ read: @escaping @Sendable (TaskState) -> String?
        ) {
            self.name = name
            isRequired = required
            self.value = value
            self.read = read
        }

        var testDescription: String { name }
        /// What stands for "not the documented value, but a string".
        var isListed: Bool { ["usage", "status", "disabledCode", "resourceType"].contains(name) }
    }

    static let strings: [Member] = [
        Member("id", required: true, "00000000-0000-0000-0000-000000000000") { $0.id },
        Member("name", required: true, "My task") { $0.name },
        Member("usage", "DATA_PREPARATION") { $0.usage?.rawValue },
        Member("action", required: true, "RELOAD_APP") { $0.action },
        Member("status", "succeeded") { $0.status?.rawValue },
        Member("ownerId", required: true, "65f1c0de65f1c0de65f1c0de") { $0.ownerId },
        Member("spaceId", "s1") { $0.spaceId },
        Member("duration", "PT1M2.5S") { $0.duration },
        Member("createdAt", "2018-10-30T07:06:22Z") { $0.createdAt },
        Member("createdBy", required: true, "u") { $0.createdBy },
        Member("deletedAt", "2018-10-30T07:06:22Z") { $0.deletedAt },
        Member("updatedAt", "2018-10-30T07:06:22Z") { $0.updatedAt },
        Member("resourceId", required: true, "r") { $0.resourceId },
        Member("description", "This is my task") { $0.description },
        Member("disabledCode", "APP-SCRIPT-UPDATED") { $0.disabledCode?.rawValue },
        Member("migratedFrom", "m") { $0.migratedFrom },
        Member("resourceType", required: true, "app") { $0.resourceType.rawValue },
        Member("statusDetails", "reload 7: out of memory") { $0.statusDetails },
    ]

    @Test(arguments: strings) func rightValue(_ member: Member) throws {
        let data = TaskData.required.with(member.name, "\"\(member.value)\"")
        for event in [try data.event(.deleted), try data.binaryEvent(.deleted)] {
            #expect(Reading(event) == .read(tolerated: []))
            #expect(member.read(try event.task()) == member.value)
        }
    }

    @Test(arguments: strings) func emptyIsNotNil(_ member: Member) throws {
        let event = try TaskData.required.with(member.name, #""""#).event()
        #expect(member.read(try event.task()) == "")
        let code = member.isListed ? "unknownEnum" : member.name == "duration" ? "invalidDuration" : nil
        #expect(Reading(event) == .read(tolerated: code.map { ["\($0):/data/\(member.name)"] } ?? []))
    }

    @Test(arguments: strings) func escapesAreRead(_ member: Member) throws {
        let event = try TaskData.required.with(member.name, #""a\n\u00e9\ud83d\ude00\"\\\/""#).event()
        #expect(member.read(try event.task()) == "a\né😀\"\\/")
    }

    @Test(arguments: strings) func wrongType(_ member: Member) throws {
        for (json, kind) in [("1", "number"), ("true", "boolean"), ("[]", "array"), ("{\"a\":[1]}", "object")] {
            let data = TaskData.required.with(member.name, json)
            let error = EventDataError(
                .invalidData, pointer: "/data/\(member.name)", expected: "string", actual: kind)
            #expect(Reading(try data.event()) == .refused(error))
            #expect(Reading(try data.binaryEvent()) == .refused(error))
        }
    }

    @Test(arguments: strings) func missingAndNull(_ member: Member) throws {
        let missing = try TaskData.required.without(member.name).event()
        let null = try TaskData.required.with(member.name, "null").event()
        guard member.isRequired else {
            #expect(Reading(missing) == .read(tolerated: []))
            #expect(Reading(null) == .read(tolerated: []))
            #expect(member.read(try missing.task()) == nil)
            #expect(member.read(try null.task()) == nil)
            return
        }
        let pointer = "/data/\(member.name)"
        #expect(
            Reading(missing)
                == .refused(EventDataError(.invalidData, pointer: pointer, expected: "string", actual: "nothing")))
        #expect(
            Reading(null)
                == .refused(EventDataError(.invalidData, pointer: pointer, expected: "string", actual: "null")))
    }

    @Test func enabled() throws {
        for (json, value) in [("true", true), ("false", false), ("null", nil)] as [(String, Bool?)] {
            let event = try TaskData.required.with("enabled", json).event()
            #expect(Reading(event) == .read(tolerated: []))
            #expect(try event.task().enabled == value)
        }
        #expect(try TaskData.required.event().task().enabled == nil)
        for (json, kind) in [(#""true""#, "string"), ("1", "number"), ("[true]", "array"), ("{}", "object")] {
            #expect(
                Reading(try TaskData.required.with("enabled", json).event())
                    == .refused(
                        EventDataError(.invalidData, pointer: "/data/enabled", expected: "boolean", actual: kind)))
        }
    }

    @Test func actionParams() throws {
        for (json, value) in [
            (#"["full", "a\tb" , ""]"#, ["full", "a\tb", ""]), ("[ ]", []), ("null", nil),
        ] as [(String, [String]?)] {
            let event = try TaskData.required.with("actionParams", json).event()
            #expect(Reading(event) == .read(tolerated: []))
            #expect(try event.task().actionParams == value)
        }
        #expect(try TaskData.required.event().task().actionParams == nil)
        for (json, pointer, expected, kind) in [
            (#""full""#, "", "array", "string"), ("7", "", "array", "number"), ("{}", "", "array", "object"),
            ("true", "", "array", "boolean"), (#"["a",1]"#, "/1", "string", "number"),
            ("[null]", "/0", "string", "null"), (#"["a","b",["c"]]"#, "/2", "string", "array"),
        ] {
            #expect(
                Reading(try TaskData.required.with("actionParams", json).event())
                    == .refused(
                        EventDataError(
                            .invalidData, pointer: "/data/actionParams\(pointer)", expected: expected, actual: kind)))
        }
    }

    @Test func lastOfTwoMembersCounts() throws {
        let task = try TaskData.required.adding("id", #""t2""#).adding("enabled", "true").adding("enabled", "null")
            .event().task()
        #expect(task.id == "t2")
        #expect(task.enabled == nil)
        #expect(
            Reading(try TaskData.required.adding("id", "null").event())
                == .refused(EventDataError(.invalidData, pointer: "/data/id", expected: "string", actual: "null")))
        #expect(
            Reading(try TaskData.required.with("id", "5").adding("id", #""t2""#).event())
                == .refused(EventDataError(.invalidData, pointer: "/data/id", expected: "string", actual: "number")))
        let listed = TaskData.required.with("status", #""queued""#)
        #expect(Reading(try listed.event()) == .read(tolerated: ["unknownEnum:/data/status"]))
        #expect(Reading(try listed.adding("status", #""failed""#).event()) == .read(tolerated: []))
    }

    @Test func unknownMembersAreSkipped() throws {
        var data = TaskData.required
        // Of every length, some of them one letter off a documented name.
        for name in [
            "", "i", "Id", "ID", "names", "Name", "usagE", "enable", "enabled ", "ownerid", "statusDetail", "ñ",
        ] {
            data = data.adding(name, #"{"id":[1,2,{"enabled":"no"}]}"#)
        }
        let event = try data.event()
        #expect(Reading(event) == .read(tolerated: []))
        #expect(try event.task().id == "t1")
    }

    @Test func escapedNamesAreNames() throws {
        let task = try TaskData.required.adding(#"\u0065nabled"#, "true").adding(#"_upd\u0061tes"#, "[]").event().task()
        #expect(task.enabled == true)
        #expect(task.changes == [])
    }
}
