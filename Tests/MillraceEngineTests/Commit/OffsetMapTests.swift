import Testing

@testable import MillraceEngine

@Suite("The map of what is done above a committed offset")
struct OffsetMapTests {
    private func map(_ base: Int64, _ runs: [Range<Int64>], maximumBytes: Int = 2_100) -> OffsetMap? {
        OffsetMap(base: base, runs: runs, maximumBytes: maximumBytes)
    }

    @Test func runsThatTouchAreOneAndWhatIsNotAboveTheBaseIsNone() throws {
        #expect(try #require(map(10, [3..<9, 11..<13, 13..<14, 20..<20, 21..<22])).runs == [11..<14, 21..<22])
        #expect(map(10, [0..<11]) == nil)
        #expect(map(10, []) == nil)
    }

    @Test func theTextIsWhatTheDocumentationSays() throws {
        // One not done, 189 done: the form, 1, 189 in two bytes.
        #expect(try #require(map(10, [11..<200])).text == "10:AQG9AQ")
        #expect(try #require(map(10, [11..<15])).text == "10:Ag8", "four bits")
        // Every other offset of many: bits, the lowest first.
        let runs = (0..<16 as Range<Int64>).map { 11 + 2 * $0..<12 + 2 * $0 }
        #expect(try #require(map(10, runs)).text == "10:AlVVVVU")
        #expect(OffsetMap(text: "10:AQEE")?.runs == [11..<15], "the longer form is read as well")
    }

    @Test(arguments: 0..<40)
    func anySetIsReadAsItWasWritten(_ seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let base = Int64(random.next(through: seed % 4 == 0 ? 0 : UInt64(Int64.max) - 1_000_000))
        // Long runs make the first form the shorter one, single offsets the second.
        let longest = UInt64(seed % 3 == 0 ? 2 : 400)
        var runs: [Range<Int64>] = []
        var position = base + 1
        for _ in 0..<(1 + random.next(through: 80)) {
            let lower = position + Int64(random.next(through: longest))
            let upper = lower + 1 + Int64(random.next(through: longest))
            runs.append(lower..<upper)
            position = upper + 1
        }
        let written = try #require(map(base, runs))
        #expect(written.leftOut == 0)
        let read = try #require(OffsetMap(text: written.text))
        #expect(read == written)
        #expect(read.runs.map { [$0.lowerBound, $0.upperBound] } == runs.map { [$0.lowerBound, $0.upperBound] })
        let done = Set(runs.flatMap { Array($0) })
        for offset in base...position where read.contains(offset) != done.contains(offset) {
            Issue.record("\(offset) of \(written.text)")
            return
        }
    }

    @Test func theShorterFormIsTaken() throws {
        let one = try #require(map(0, [1..<1_000_000]))
        #expect(one.text.utf8.count < 12)
        let scattered = try #require(map(0, (0..<1_000 as Range<Int64>).map { 1 + 3 * $0..<2 + 3 * $0 }))
        #expect(scattered.text.utf8.count < 520, "a bit an offset, not two bytes a run")
    }

    @Test func whatDoesNotFitIsCutOffFromAboveAndCounted() throws {
        // Neither form has room for these: each run takes six bytes, and they span millions of offsets.
        let runs = (0..<5_000 as Range<Int64>).map { 1 + 40_000 * $0..<20_000 + 40_000 * $0 }
        let cut = try #require(map(0, runs))
        #expect(cut.runs.first == 1..<20_000)
        #expect(cut.leftOut > 0)
        #expect(cut.count + cut.leftOut == 5_000 * 19_999)
        let read = try #require(OffsetMap(text: cut.text))
        #expect(read.runs == cut.runs)
        #expect(cut.text.utf8.count <= 2_802)

        // A bitset is cut at its last byte.
        let scattered = (0..<20_000 as Range<Int64>).map { 1 + 2 * $0..<2 + 2 * $0 }
        let bits = try #require(map(0, scattered))
        #expect(bits.end <= 1 + 2_099 * 8 && bits.count == 2_099 * 4)
        #expect(bits.leftOut == 20_000 - bits.count)
        #expect(try #require(OffsetMap(text: bits.text)).runs == bits.runs)
    }

    @Test(arguments: 0..<20)
    func aCutMapKeepsTheLowestOfWhatItWasMadeOf(_ seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var runs: [Range<Int64>] = []
        var position: Int64 = 6
        for _ in 0..<200 {
            let lower = position + Int64(random.next(through: 300))
            runs.append(lower..<lower + 1 + Int64(random.next(through: 200)))
            position = lower + 202
        }
        let limit = 10 + Int(random.next(through: 300))
        guard let cut = map(5, runs, maximumBytes: limit) else { return }
        let all = runs.flatMap { Array($0) }
        let kept = cut.runs.flatMap { Array($0) }
        #expect(kept == Array(all.prefix(kept.count)))
        #expect(cut.leftOut == Int64(all.count - kept.count))
        #expect(OffsetMap(text: cut.text)?.runs == cut.runs)
        #expect(cut.text.utf8.count <= 2 + (limit * 4 + 2) / 3)
    }

    @Test func aMapIsTrueOfAHigherOffsetToo() throws {
        let map = try #require(self.map(10, [12..<14, 16..<18]))
        #expect(map.above(10) == map)
        #expect(map.above(14)?.base == 14)
        #expect(map.above(14)?.runs == [16..<18])
        #expect(map.above(18) == nil)
    }

    @Test(arguments: [
        "", ":", "10", "10:", ":AQEE", "-1:AQEE", "x:AQEE", "10:AQEE:", "10:A", "10:AQE", "10:AQEE=", "10:AQ+E",
        // No length may be 0, none may be missing, none may go beyond the last offset, and there are two forms.
        "10:AQAE", "10:AQEA", "10:AQED", "10:AQ", "10:AwEE", "10:Ag", "10:AgAA", "10:AQH__________38",
        "9223372036854775807:AQEE", "9223372036854775806:AQEE", "9223372036854775806:AlU",
    ])
    func whatIsNoMapIsNotRead(_ text: String) {
        if text == "10:AQED" { return #expect(OffsetMap(text: text)?.runs == [11..<14]) }
        #expect(OffsetMap(text: text) == nil)
    }

    /// Nothing that stands in somebody's metadata stops a worker.
    @Test func anyBytesAreReadOrRefused() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var random = RandomSource(seed: 7)
        var count = 0
        for _ in 0..<20_000 {
            let length = Int(random.next(through: 24))
            let text = String((0..<length).map { _ in alphabet[Int(random.next(through: 63))] })
            let base =
                random.next(through: 1) == 0 ? Int64(random.next(through: 100)) : .max - Int64(random.next(through: 99))
            for form in ["AQ", "Ag", ""] {
                guard let map = OffsetMap(text: "\(base):\(form)\(text)") else { continue }
                count += 1
                let isRight = map.base == base && map.runs.allSatisfy { $0.lowerBound > base && !$0.isEmpty }
                if map.runs.isEmpty || !isRight || OffsetMap(text: map.text)?.runs != map.runs {
                    Issue.record("\(base):\(form)\(text)")
                }
            }
        }
        #expect(count > 1_000)
    }
}
