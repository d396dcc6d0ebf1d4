import CloudEvents
import Testing

/// The quirks of the events that Qlik Cloud documents.
@Suite struct QlikTests {
    static let alias: String = #""com.qlik.scheduling.tasks.created""#

    /// The outcome, and the canonical type where there is one.
    private func read(_ members: String, type: String = alias, _ profile: Profile = .qlik) throws -> (String, String?) {
        let record = Record.structured(document(members, replacing: ["type": type]))
        return (record.outcome(profile), try? record.event(profile).type)
    }

    @Test func eventTypeDecidesBesideAnAlias() throws {
        #expect(
            try read(#""eventType":"com.qlik.scheduling.task.deleted""#)
                == ("structured legacyAttribute:eventType,typeByEventType", "com.qlik.scheduling.task.deleted"))
        #expect(
            try read(#""eventType":"com.qlik.scheduling.task.archived""#)
                == ("structured legacyAttribute:eventType,typeByEventType", "com.qlik.scheduling.task.archived"))
        #expect(
            try read(#""eventType":"com.qlik.scheduling.tasks.deleted""#)
                == (
                    "structured legacyAttribute:eventType,typeAlias,typeByEventType", "com.qlik.scheduling.task.deleted"
                ))
    }

    @Test func anAliasAloneHasItsOwnName() throws {
        #expect(try read("") == ("structured typeAlias", "com.qlik.scheduling.task.created"))
        #expect(
            try read(#""eventType":null"#)
                == ("structured legacyAttribute:eventType,typeAlias", "com.qlik.scheduling.task.created"))
        #expect(try read("", .strict) == ("structured", "com.qlik.scheduling.tasks.created"))
        let event = try Record.structured(document(replacing: ["type": Self.alias])).event(.qlik)
        #expect(event.originalType == "com.qlik.scheduling.tasks.created")
    }

    @Test func canonicalNamesMustAgree() throws {
        let created = #""com.qlik.scheduling.task.created""#
        #expect(
            try read(#""eventType":"com.qlik.scheduling.task.created""#, type: created)
                == ("structured legacyAttribute:eventType", "com.qlik.scheduling.task.created"))
        #expect(
            try read(#""eventType":"com.qlik.scheduling.task.deleted""#, type: created) == ("refused typeConflict", nil)
        )
        #expect(
            try read(#""eventType":"com.qlik.scheduling.tasks.created""#, type: created)
                == ("structured legacyAttribute:eventType,typeAlias", "com.qlik.scheduling.task.created"))
        #expect(
            try read(#""eventType":"com.qlik.scheduling.tasks.deleted""#, type: created) == (
                "refused typeConflict", nil
            ))
        #expect(try read(#""eventType":"x""#, type: #""y""#) == ("refused typeConflict", nil))
    }

    @Test func eventTypeIsJudged() throws {
        #expect(try read(#""eventType":1"#).0 == "refused wrongType:eventType")
        #expect(try read(#""eventType":"""#).0 == "refused emptyAttribute:eventType")
        #expect(try read(#""eventType":"a\n""#).0 == "refused invalidString:eventType")
        #expect(try read(#""eventType":"\uDEAD""#).0 == "refused invalidString:eventType")
        #expect(try read(#""eventType":"a","eventType":"a""#).0 == "refused duplicateMember:eventType")
        #expect(
            try read(#""eventType":"com.qlik.scheduling.task.d\u0065leted""#).1 == "com.qlik.scheduling.task.deleted")
    }

    @Test func binaryEventsHaveTheSameRules() throws {
        let record = Record.binary(
            "{}",
            [("ce_type", "com.qlik.scheduling.tasks.created"), ("ce_EventType", "com.qlik.scheduling.task.deleted")])
        #expect(record.outcome(.qlik) == "binary legacyAttribute:eventType,typeByEventType")
        #expect(try record.event(.qlik).type == "com.qlik.scheduling.task.deleted")
        #expect(try record.event(.qlik).extensions == [:])
        #expect(try record.event(.strict).extensions == ["eventtype": "com.qlik.scheduling.task.deleted"])
    }

    @Test func moreAliasesAreConfiguration() {
        let aliases = TypeAliases.qlik.adding(["old": "middle", "middle": "new", "a": "b", "b": "a"])
        #expect(aliases.canonicalNames["old"] == "new")
        #expect(aliases.canonicalNames["com.qlik.scheduling.tasks.deleted"] == "com.qlik.scheduling.task.deleted")
        let record = Record.structured(document(replacing: ["type": #""old""#]))
        #expect(record.outcome(.qlik, aliases: aliases) == "structured typeAlias")
        #expect(record.outcome(.qlik, aliases: .none) == "structured")
        #expect(record.outcome(.strict, aliases: aliases) == "structured")
    }

    @Test func extensionsAreLifted() throws {
        let members = #""extensions":{"userId":"u","tenantid":"t","TopLevelResourceId":null,"n":5,"flag":true}"#
        let event = try Record.structured(document(members)).event(.qlik)
        #expect(event.extensions == ["userid": "u", "tenantid": "t", "n": 5, "flag": true])
        #expect(event["userid"] == "u")
        #expect(event["n"] == "5")
        #expect(event["toplevelresourceid"] == nil)
        #expect(event["userId"] == nil)
        #expect(event.tolerated.codes == ["liftedExtensions"])
    }

    static let lifting: [(members: String, outcome: String)] = [
        (#""extensions":{}"#, "structured liftedExtensions"),
        (#""userid":"u","extensions":{"userid":"u"}"#, "structured liftedExtensions"),
        (#""userid":"u","extensions":{"userId":"v"}"#, "refused extensionConflict:userid"),
        (#""extensions":{"userId":"v"},"userid":"u""#, "refused extensionConflict:userid"),
        (#""userid":"u","extensions":{"userid":null}"#, "structured liftedExtensions"),
        (#""userid":null,"extensions":{"userid":"u"}"#, "structured liftedExtensions"),
        (#""userid":"\u0075","extensions":{"us\u0065rid":"u"}"#, "structured liftedExtensions"),
        (#""extensions":{"userid":"u","userId":"u"}"#, "structured liftedExtensions"),
        (#""extensions":{"userid":"u","userId":"v"}"#, "refused extensionConflict:userid"),
        (#""extensions":{"userid":"u","userid":"u"}"#, "refused duplicateMember:userid"),
        (#""extensions":{"userid":"u","us\u0065rid":"u"}"#, "refused duplicateMember:userid"),
        (#""extensions":{"a.b":"u"}"#, "refused invalidAttributeName:a.b"),
        (#""extensions":{"":"u"}"#, "refused invalidAttributeName:"),
        (#""extensions":{"data":"u"}"#, "refused invalidAttributeName:data"),
        (#""extensions":{"x":{}}"#, "refused invalidAttributeType:x"),
        (#""extensions":{"x":1.5}"#, "refused notAnInteger:x"),
        (#""extensions":{"x":99999999999}"#, "refused integerOutOfRange:x"),
        (#""extensions":{"x":"\uDEAD"}"#, "refused invalidString:x"),
        (#""extensions":{"x":"\n"}"#, "refused invalidString:x"),
        (#""extensions":{"id":"1"}"#, "structured liftedExtensions"),
        (#""extensions":{"ID":"2"}"#, "refused extensionConflict:id"),
        (#""extensions":{"subject":"s"}"#, "structured liftedExtensions"),
        (#""extensions":{"subject":""}"#, "refused emptyAttribute:subject"),
        (#""extensions":{"time":"now"}"#, "refused invalidTimestamp:time"),
        (#""extensions":{},"extensions":{}"#, "refused duplicateMember:extensions"),
        (#""extensions":{"a":1,}"#, "refused jsonSyntax"),
    ]

    @Test(arguments: lifting) func liftedMembers(members: String, outcome: String) {
        #expect(Record.structured(document(members)).outcome(.qlik) == outcome)
    }

    @Test func liftedCoreAttributesAreAttributes() throws {
        let event = try Record.structured(document(#""extensions":{"Subject":"s","id":"1"}"#)).event(.qlik)
        #expect(event.subject == "s")
        #expect(event.extensions == [:])
    }

    /// Many lifted names in two spellings, and as many beside them: in time that grows with their number.
    @Test(.timeLimit(.minutes(1))) func manyLifted() {
        let inner = (0..<20_000).map { #""X\#($0)":1,"x\#($0)":1"# }.joined(separator: ",")
        let outer = (0..<20_000).map { #""x\#($0)":1"# }.joined(separator: ",")
        let record = Record.structured(document(outer + #","extensions":{"# + inner + "}"))
        #expect(record.outcome(.qlik) == "structured liftedExtensions")
    }

    @Test func theDocumentedFormIsRead() throws {
        let text = #"""
            { "id": "A234-1234-1234", "time": "2018-10-30T07:06:22Z", "type": "com.qlik.scheduling.tasks.created",
            "source": "com.qlik/my-service", "specversion": "1.0.2", "datacontenttype": "string",
            "data": { "id": "0", "enabled": true }, "eventType": "com.qlik.scheduling.task.updated",
            "extensions": { "userid": "u", "tenantid": "t", "toplevelresourceid": "string" }}
            """#
        let event = try CloudEvent(json: Array(text.utf8), profile: .qlik)
        #expect(event.type == "com.qlik.scheduling.task.updated")
        #expect(event.specVersion == "1.0")
        #expect(event.dataContentType == "application/json")
        #expect(event.isDataJSON)
        #expect(event["tenantid"] == "t")
        #expect(
            event.tolerated.codes == [
                "placeholderMediaType", "liftedExtensions", "legacyAttribute:eventType", "typeByEventType",
                "specversionPatch",
            ])
    }
}
