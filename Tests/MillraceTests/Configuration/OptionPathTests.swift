import Testing

@testable import Millrace

@Suite struct OptionPathTests {
    @Test(arguments: [
        "worker.group", "routes[1].options.path", "sources[0]", "kafka.bootstrap.servers", "a[0][1].b", "unrouted",
    ])
    func aPathComesBackFromItsText(text: String) throws {
        #expect(try #require(OptionPath(text: text)).description == text)
    }

    @Test func belowKafkaTheRestIsOneName() throws {
        let path = try #require(OptionPath(text: "kafka.bootstrap.servers"))
        #expect(path.elements == [.key("kafka"), .key("bootstrap.servers")])
    }

    @Test(arguments: ["", ".", "a.", ".a", "a[", "a[x]", "a[-1]", "[0]", "kafka.", "a[0]b"])
    func whatIsNoPathIsRefused(text: String) {
        #expect(OptionPath(text: text) == nil)
    }

    @Test func aValueIsPutInItsPlace() throws {
        var value = OptionValue(.null)
        func set(_ path: String, _ text: String) throws -> Bool {
            value.set(try #require(OptionPath(text: path)), to: OptionValue(text))
        }
        #expect(try set("routes[0].options.path", "a"))
        #expect(try set("routes[0].options.path", "b"))
        #expect(try set("routes[1].processor", "c"))
        #expect(try !set("routes[5].processor", "far"))
        #expect(try !set("routes.processor", "no list"))
        #expect(value.inlineText == "{routes: [{options: {path: b}}, {processor: c}]}")
    }
}
