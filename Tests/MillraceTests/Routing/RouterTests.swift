import MillraceEngine
import Testing

@testable import Millrace

@Suite("The router")
struct RouterTests {
    private func routes(_ router: Router, _ type: String) -> UInt64 {
        Array(type.utf8).withUnsafeBytes { router.routes(for: $0) }
    }

    @Test func exactNames() {
        let router = Router([["a.b"], ["a.c", "a.b"], ["b"]])
        #expect(routes(router, "a.b") == 0b011)
        #expect(routes(router, "a.c") == 0b010)
        #expect(routes(router, "b") == 0b100)
        for type in ["", "a", "a.", "a.bb", "A.B", "a.b ", "ab"] { #expect(routes(router, type) == 0) }
    }

    @Test func prefixesAndEverything() {
        let router = Router([["com.x.*"], ["com.*"], ["*"], ["com.x.y"]])
        #expect(routes(router, "com.x.z") == 0b0111)
        #expect(routes(router, "com.x.") == 0b0111)
        #expect(routes(router, "com.x") == 0b0110)
        #expect(routes(router, "org") == 0b0100)
        #expect(routes(router, "") == 0b0100)
        #expect(routes(router, "com.x.y") == 0b1111, "an exact name meets the prefixes too")
    }

    @Test func oneRouteTakesATypeOnce() {
        let router = Router([["a.b", "a.*", "*", "a.b"]])
        #expect(routes(router, "a.b") == 1)
        #expect(routes(router, "a.c") == 1)
        #expect(routes(router, "x") == 1)
    }

    @Test func noPatternTakesNothing() {
        #expect(routes(Router([]), "a") == 0)
        #expect(routes(Router([[]]), "a") == 0)
    }

    @Test func everyRouteHasABit() {
        let patterns = (0..<LaneEngine.maximumRoutes).map { [TypePattern("t\($0)"), TypePattern("all")] }
        let router = Router(patterns)
        for index in 0..<LaneEngine.maximumRoutes { #expect(routes(router, "t\(index)") == 1 << UInt64(index)) }
        #expect(routes(router, "all") == UInt64.max >> 1)
        #expect(Configuration.maximumRoutes == LaneEngine.maximumRoutes)
    }

    /// Types that share their length and their last 16 bytes meet in one place of the table.
    @Test func typesThatShareAHash() {
        let tail = String(repeating: "z", count: 16)
        let types = (0..<100).map { "com.example.\(1_000 + $0).\(tail)" }
        let router = Router(types.prefix(60).map { [TypePattern($0)] })
        for (index, type) in types.enumerated() {
            #expect(routes(router, type) == (index < 60 ? 1 << UInt64(index) : 0))
        }
    }

    @Test func lengthsAroundAWord() {
        let types = (0...40).map { String(repeating: "x", count: $0) }
        let router = Router(types.map { [TypePattern($0)] })
        for (index, type) in types.enumerated() {
            #expect(routes(router, type) == 1 << UInt64(index))
            #expect(routes(router, type + "y") == 0)
            if !type.isEmpty { #expect(routes(router, type.dropLast() + "y") == 0) }
        }
    }

    @Test func longTypesAndBytesBeyondASCII() {
        let long = String(repeating: "a", count: 100_000)
        let router = Router([[TypePattern(long)], ["ü.*"], ["日本"]])
        #expect(routes(router, long) == 0b001)
        #expect(routes(router, String(long.dropLast())) == 0)
        #expect(routes(router, "ü.x") == 0b010)
        // The same letter, composed of two characters, is another name.
        #expect(routes(router, "u\u{308}.x") == 0)
        #expect(routes(router, "日本") == 0b100)
    }

    /// Against a router that compares texts.
    @Test(arguments: 0..<10)
    func anyPatternsAgainstComparingTexts(_ seed: UInt64) {
        var random = RandomSource(seed: seed)
        func text() -> String {
            let letters = ["a", "b", "."]
            return (0..<(1 + random.next(through: 20))).map { _ in letters[Int(random.next(through: 2))] }.joined()
        }
        let patterns = (0..<20).map { _ in
            (0..<Int(random.next(through: 3))).map { _ -> String in
                switch random.next(through: 9) {
                case 0: "*"
                case 1...4: String(text().prefix(3)) + "*"
                default: text()
                }
            }
        }
        let router = Router(patterns.map { $0.map { TypePattern($0) } })
        let types = patterns.flatMap { $0 } + (0..<300).map { _ in text() }
        for type in types {
            var expected: UInt64 = 0
            for (index, texts) in patterns.enumerated() {
                let isTaken = texts.contains { $0.hasSuffix("*") ? type.hasPrefix($0.dropLast()) : type == $0 }
                if isTaken { expected |= 1 << UInt64(index) }
            }
            #expect(routes(router, type) == expected, "\(type)")
        }
    }
}
