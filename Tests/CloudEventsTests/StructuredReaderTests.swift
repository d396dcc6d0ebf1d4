import CloudEvents
import Testing

@Suite struct StructuredReaderTests {
    static let minimal = #"{"specversion":"1.0","id":"1","source":"/a","type":"t"}"#

    @Test func readsTheRequiredAttributes() throws {
        let event = try CloudEvent(json: Array(Self.minimal.utf8))
        #expect(event.id == "1")
        #expect(event.source == "/a")
        #expect(event.type == "t")
        #expect(event.specVersion == "1.0")
        #expect(event.hasData == false)
    }

    @Test func readsExtensionsAndData() throws {
        let text = #"{"specversion":"1.0","id":"1","source":"/a","type":"t","x":"y","n":-5,"b":true,"data":{"a":[1]}}"#
        let event = try CloudEvent(json: Array(text.utf8))
        #expect(event.extensions == ["x": "y", "n": -5, "b": true])
        #expect(event["n"] == "-5")
        #expect(event.dataString == #"{"a":[1]}"#)
    }
}
