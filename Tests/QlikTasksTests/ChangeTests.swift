import CloudEvents
import QlikTasks
import Testing

/// The list of changes that updates carry.
@Suite struct ChangeTests {
    private func changes(_ json: String) throws -> [TaskChange]? {
        try TaskData.required.with("_updates", json).event().task().changes
    }

    @Test func missingNullAndEmpty() throws {
        #expect(try TaskData.required.event().task().changes == nil)
        #expect(try changes("null") == nil)
        #expect(try changes("[]") == [])
        #expect(try changes("[{}]") == [TaskChange(path: nil, newValue: nil, oldValue: nil)])
        #expect(try changes(#"[{"path":null}]"#)?.first?.path == nil)
        #expect(try changes(#"[{"path":""}]"#)?.first?.path == "")
    }

    @Test func values() throws {
        let list = try changes(
            #"""
            [{"path":"$.enabled","newValue":false,"oldValue":null,"by":{"path":1}}, {"newValue":"a\n","path":"name"},
            {"path":"/actionParams","oldValue":[ "x y" , 1.50 ],"newValue":{"a" : "\" {" }}]
            """#)
        #expect(
            list == [
                TaskChange(path: "$.enabled", newValue: .json("false"), oldValue: .null),
                TaskChange(path: "name", newValue: .string("a\n"), oldValue: nil),
                TaskChange(path: "/actionParams", newValue: .json(#"{"a":"\" {"}"#), oldValue: .json(#"["x y",1.50]"#)),
            ])
        #expect(list?.map(\.path) == ["/enabled", "/name", "/actionParams"])
        #expect(list?.map(\.originalPath) == ["$.enabled", "name", "/actionParams"])
    }

    @Test func valuesThatAreNoStringsAreCounted() throws {
        let event = try TaskData.required.with(
            "_updates",
            #"[{"path":"/a","newValue":"x","oldValue":null},{"newValue":true,"oldValue":0},{"oldValue":[],"newValue":""}]"#
        ).event()
        #expect(
            Reading(event)
                == .read(tolerated: [
                    "nonStringChangeValue:/data/_updates/1/newValue", "nonStringChangeValue:/data/_updates/1/oldValue",
                    "nonStringChangeValue:/data/_updates/2/oldValue",
                ]))
        // Each name becomes the label of a counter, so their number has a bound.
        let many = Array(repeating: #"{"newValue":1}"#, count: 1_000).joined(separator: ",")
        guard case .read(let tolerated) = Reading(try TaskData.required.with("_updates", "[\(many)]").event()) else {
            Issue.record("refused")
            return
        }
        #expect(tolerated.count == 16)
        #expect(tolerated.last == "nonStringChangeValue:/data/_updates/15/newValue")
    }

    static let wrong: [(json: String, pointer: String, expected: String, actual: String)] = [
        (#"{"path":"/a"}"#, "", "array", "object"), (#""/a""#, "", "array", "string"), ("1", "", "array", "number"),
        ("false", "", "array", "boolean"), (#"["/a"]"#, "/0", "object", "string"),
        ("[{},null]", "/1", "object", "null"),
        ("[[]]", "/0", "object", "array"), (#"[{"path":1}]"#, "/0/path", "string", "number"),
        (#"[{},{"path":["a"]}]"#, "/1/path", "string", "array"), (#"[{"path":{}}]"#, "/0/path", "string", "object"),
        (#"[{"path":true}]"#, "/0/path", "string", "boolean"),
    ]

    @Test(arguments: wrong) func wrongType(json: String, pointer: String, expected: String, actual: String) throws {
        let error = EventDataError(
            .invalidData, pointer: "/data/_updates\(pointer)", expected: expected, actual: actual)
        for kind in TaskEventKind.allCases {
            #expect(Reading(try TaskData.required.with("_updates", json).event(kind)) == .refused(error))
        }
    }

    static let paths: [(path: String, pointer: String)] = [
        ("/enabled", "/enabled"), ("$.enabled", "/enabled"), ("enabled", "/enabled"), ("#/enabled", "/enabled"),
        (".enabled", "/enabled"), ("$['enabled']", "/enabled"), ("$[\"enabled\"]", "/enabled"),
        ("['enabled']", "/enabled"), ("string", "/string"),
        ("/actionParams/0", "/actionParams/0"), ("$.actionParams[0]", "/actionParams/0"),
        ("actionParams[10]", "/actionParams/10"), ("actionParams.0", "/actionParams/0"),
        ("actionParams/0", "/actionParams/0"), ("$['action.params'][0].x", "/action.params/0/x"),
        ("/a~1b", "/a~1b"), ("$['a/b~c']", "/a~1b~0c"), ("a b", "/a b"), ("$.größe", "/größe"),
        ("", ""), ("$", ""), ("#", ""), ("/", "/"),
        // Written in no known way: one member of that name.
        ("$.", "/$."), ("$..a", "/$..a"), ("$x", "/$x"), ("a..b", "/a..b"), ("a[", "/a["), ("a[x]", "/a[x]"),
        ("a[0", "/a[0"), ("a[0]b", "/a[0]b"), ("$['a", "/$['a"), ("$['a\\'b']", "/$['a\\'b']"), ("a]", "/a]"),
        ("$[?(@.a>1)]", "/$[?(@.a>1)]"), ("[0]/b", "/[0]~1b"),
    ]

    @Test(arguments: paths) func path(_ path: String, pointer: String) {
        #expect(TaskChange(path: path, newValue: nil, oldValue: nil).path == pointer)
    }
}
