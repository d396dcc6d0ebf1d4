import Testing

@testable import Millrace

@Suite struct OptionTableTests {
    enum Colour: String, CaseIterable, Sendable { case red, green }

    struct Inner: ProcessorOptions, Equatable {
        var depth = 1
        static let keys: [OptionKey<Self>] = [.integer("depth", \.depth, in: 1...5, "How deep.")]
    }

    struct Options: ProcessorOptions, Equatable {
        var text = "standard"
        var count = 3
        var ratio = 0.5
        var isOn = false
        var wait: Duration = .seconds(1)
        var size = 1024
        var colour = Colour.red
        var file = ""
        var token = ""
        var names: [String] = []
        var limit: Int?
        var inner = Inner()

        static let keys: [OptionKey<Self>] = [
            .string("text", \.text, "A text."),
            .integer("count", \.count, in: 1...10, "A number."),
            .number("ratio", \.ratio, in: 0...1, "A share."),
            .boolean("isOn", \.isOn, "A switch."),
            .duration("wait", \.wait, in: .milliseconds(10) ... .seconds(60), "A time."),
            .bytes("size", \.size, in: 1024..., "A size."),
            .choice("colour", \.colour, "A colour."),
            .path("file", \.file, "A file.").required(),
            .secret("token", \.token, "A secret."),
            .strings("names", \.names, "Names."),
            .optional("limit", \.limit, .integer(in: 1...), "A limit."),
            .section("inner", \.inner, "More."),
        ]
    }

    @Test func everyKindIsRead() throws {
        let options = try OptionTable.make(
            Options.self,
            from: [
                "text": "5", "count": 7, "ratio": "0.25", "isOn": true, "wait": "1m", "size": "2KiB",
                "colour": "green", "file": "a/b", "token": "s3cret", "names": ["a", "b"], "limit": 9,
                "inner": ["depth": 4],
            ])
        var wanted = Options()
        wanted.text = "5"
        wanted.count = 7
        wanted.ratio = 0.25
        wanted.isOn = true
        wanted.wait = .seconds(60)
        wanted.size = 2048
        wanted.colour = .green
        wanted.file = "a/b"
        wanted.token = "s3cret"
        wanted.names = ["a", "b"]
        wanted.limit = 9
        wanted.inner.depth = 4
        #expect(options == wanted)
    }

    @Test func whatNobodySetsIsTheDefault() throws {
        let options = try OptionTable.make(Options.self, from: OptionValues(["file": "x"]))
        #expect(options.text == "standard")
        #expect(options.limit == nil)
    }

    @Test(arguments: [
        ("count", "0", "outOfRange", "out of range, found '0'; allowed: a whole number, 1 to 10"),
        ("count", "ten", "invalidValue", "not valid here, found 'ten'; allowed: a whole number, 1 to 10"),
        ("ratio", "nan", "invalidValue", "not valid here, found 'nan'; allowed: a number, 0.0 to 1.0"),
        ("isOn", "yes", "invalidValue", "not valid here, found 'yes'; did you mean 'true'? allowed: true or false"),
        (
            "wait", "5", "invalidValue",
            "not valid here, found '5'; allowed: a duration such as 100ms, 10s or 1m30s, 10ms to 1m"
        ),
        ("size", "12", "outOfRange", "out of range, found '12'; allowed: a size such as 256MiB, at least 1KiB"),
        ("colour", "gren", "invalidValue", "not valid here, found 'gren'; did you mean 'green'? allowed: red, green"),
        ("file", "", "invalidValue", "not valid here, found ''; allowed: a path"),
        ("limit", "0", "outOfRange", "out of range, found '0'; allowed: a whole number, at least 1"),
        ("names", "a", "wrongKind", "a list belongs here, such as [a, b], found 'a'; allowed: a list, each a text"),
        ("inner", "5", "wrongKind", "a map belongs here, found '5'; allowed: a map with depth"),
    ])
    func aWrongValueIsNamed(key: String, text: String, code: String, message: String) throws {
        var values: OptionValues = ["file": "x"]
        values[key] = OptionValue(text)
        let faults = OptionTable.check(Options.self, values)
        let fault = try #require(faults.first)
        #expect(fault.path.description == key)
        #expect(fault.code.rawValue == code)
        #expect(fault.message == message)
    }

    @Test func everyFaultIsSaidAtOnce() {
        let faults = OptionTable.check(
            Options.self, ["txet": "a", "count": 99, "inner": ["depth": 9, "width": 1], "names": ["a", ["b"]]])
        #expect(faults.map(\.path.description) == ["txet", "count", "inner.depth", "inner.width", "names[1]", "file"])
        #expect(faults.first?.suggestion == "text")
        #expect(faults.last?.code == .missingKey)
    }

    @Test func aKeyThatStandsThereTwiceIsAFault() {
        let faults = OptionTable.check(Options.self, ["file": "a", "count": 1, "count": 2])
        #expect(faults.map(\.code) == [.duplicateKey])
    }

    @Test func aSecretIsNeverShown() throws {
        let faults = OptionTable.check(Options.self, ["file": "a", "token": ["hunter2"]])
        #expect(faults.count == 1)
        #expect(!"\(faults)".contains("hunter2"))
        var options = Options()
        options.token = "hunter2"
        #expect(OptionTable.write(options, Options.keys)["token"]?.inlineText == "\"***\"")
        let description = try #require(OptionTable.describe(Options.self).first { $0.name == "token" })
        #expect(description.isSecret)
        #expect(description.standardText == nil)
    }

    @Test func theTableDescribesItself() throws {
        let descriptions = OptionTable.describe(Options.self)
        #expect(descriptions.map(\.name) == Options.keys.map(\.name))
        #expect(descriptions.first { $0.name == "wait" }?.standardText == "1s")
        #expect(descriptions.first { $0.name == "file" }?.isRequired == true)
        #expect(descriptions.first { $0.name == "limit" }?.standardText == nil)
        #expect(descriptions.last?.nested.map(\.name) == ["depth"])
    }

    @Test func whatIsWrittenIsReadBack() throws {
        var options = Options()
        options.file = "x"
        options.names = ["a b", "", "null", "#", "é"]
        options.wait = .milliseconds(1500)
        options.limit = 12
        #expect(try OptionTable.make(Options.self, from: OptionTable.write(options, Options.keys)) == options)
    }
}
