import CloudEvents
import Testing

/// The three events that Qlik Cloud documents, byte for byte.
@Suite(.enabled(if: Vectors.areThere, Vectors.reason)) struct DocumentedEventsTests {
    @Test(arguments: ["created", "updated", "deleted"]) func isRead(kind: String) throws {
        let text = try Vectors.file("qlik.dev/seed-example.task.\(kind).json")
        let event = try CloudEvent(json: text, profile: .qlik)
        #expect(event.type == "com.qlik.scheduling.task.\(kind)")
        #expect(event.originalType == "com.qlik.scheduling.tasks.created")
        #expect(event["tenantid"] == (kind == "updated" ? nil : "103359ca-3579-4125-a0dc-d19531b53186"))
        let lifted = kind == "updated" ? [] : ["liftedExtensions"]
        #expect(
            event.tolerated.codes == ["placeholderMediaType"] + lifted + [
                "legacyAttribute:eventType", "typeByEventType",
            ])
        // What processors see is a strict event.
        let again = try CloudEvent(json: event.jsonBytes())
        #expect(again.type == event.type)
        #expect(again.extensions == event.extensions)
        #expect(again.dataBytes == event.dataBytes)

        #expect(throws: EventFault.self) { try CloudEvent(json: text) }
    }
}
