import Testing

@testable import MillraceEngine

@Suite("The names of routes beside committed offsets")
struct RouteNamesTests {
    private let sink = (processor: "sink", types: ["a.*", "b"])
    private let other = (processor: "other", types: ["a.*", "b"])

    /// They stand in other people's groups: a change would forget every count.
    @Test func theyNeverChange() {
        #expect(RouteNames([sink, other, sink]).texts == ["0afc67a1", "6af91764", "e4f9ed38"])
    }

    @Test func theyOutlastAnotherOrderOfRoutesAndOfTypes() {
        let before = RouteNames([sink, other])
        let after = RouteNames([(processor: "new", types: ["*"]), other, (processor: "sink", types: ["b", "a.*"])])
        #expect(after.number(of: before.texts[0]) == 2)
        #expect(after.number(of: before.texts[1]) == 1)
    }

    @Test func routesThatAreAlikeAreToldApartByWhichOneItIs() {
        let three = RouteNames([sink, sink, sink])
        #expect(Set(three.texts).count == 3)
        #expect(RouteNames([sink, sink]).texts == Array(three.texts.prefix(2)))
    }

    @Test func otherProcessorsAndTypesHaveOtherNames() {
        let routes: [(processor: String, types: [String])] = [
            ("sink", ["a"]), ("sink", ["ab"]), ("sink", ["a", "b"]), ("sinka", []), ("sink", []), ("other", ["a"]),
        ]
        #expect(Set(RouteNames(routes).texts).count == routes.count)
        #expect(RouteNames(routes).texts.allSatisfy { $0.utf8.count == 8 })
        for text in ["", "0", "zzzzzzzz", "00000000"] { #expect(RouteNames(routes).number(of: text) == nil) }
    }
}

extension RouteNames {
    /// So many routes, each of a processor of its own.
    static func numbered(_ count: Int) -> RouteNames {
        RouteNames((0..<count).map { (processor: "p\($0)", types: ["*"]) })
    }
}
