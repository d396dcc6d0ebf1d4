import CloudEvents
import Testing

/// Documents damaged at random, always in the same way: nothing crashes, and the fast reader agrees with a plain one.
@Suite struct FuzzTests {
    /// SplitMix64: small, seeded, the same everywhere.
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    static let seeds: [String] = [
        document(
            #""subject":"s","time":"2020-01-01T00:00:00Z","x":"y","n":-5,"b":true,"z":null,"data":{"a":[1,2.5e-3,"b\n"]}"#
        ),
        document(#""datacontenttype":"text/plain","data":"é€😀 \ud83d\ude00 \"quoted\" \\ /""#),
        document(#""data_base64":"QUJD","eventType":"t","extensions":{"userId":"u","n":1,"é":null}"#),
        #"{ "a" : [ [ ] , { } , [ { "b" : [ null , true , false ] } ] ] , "c" : -0.0E+1 }"#,
        #"["\u0000\u001f\u007f\uD834\uDD1E","0123456789abcdef0123456789abcdef",1e5,[[[[]]]]]"#,
    ]

    /// Bytes that mean something in JSON or in UTF-8.
    private static let alphabet: [UInt8] =
        Array("{}[],:\"\\/ \t\n\r0123456789-+.eEtrufalsn bD8c".utf8) + [
            0x00, 0x1F, 0x7F, 0x80, 0xBF, 0xC2, 0xE2, 0xED, 0xF0, 0xF4, 0xFF,
        ]

    static func mutated(_ bytes: [UInt8], _ generator: inout Generator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let byte = alphabet.randomElement(using: &generator) ?? 0
            switch Int.random(in: 0..<6, using: &generator) {
            case 0 where place < bytes.count: bytes.remove(at: place)
            case 1 where place < bytes.count: bytes[place] = byte
            case 2: bytes.insert(byte, at: place)
            case 3 where place < bytes.count: bytes.removeSubrange(place..<min(bytes.count, place + 5))
            case 4:
                let end = min(bytes.count, place + Int.random(in: 0...20, using: &generator))
                bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &generator))
            default: bytes.removeLast(min(bytes.count, Int.random(in: 0...2, using: &generator)))
            }
        }
        return bytes
    }

    private func accepts(_ bytes: [UInt8], depth: Int) -> Bool {
        do throws(JSONFault) {
            try JSONGrammar.check(bytes, maximumDepth: depth)
            return true
        } catch {
            #expect((0...bytes.count).contains(error.offset))
            return false
        }
    }

    @Test func grammarAgreesWithTheReference() {
        var generator = Generator(state: 1)
        var accepted = 0
        for round in 0..<8_000 {
            var bytes = Array(Self.seeds[round % Self.seeds.count].utf8)
            if round % 7 != 0 { bytes = Self.mutated(bytes, &generator) }
            let depth = round % 3 == 0 ? 3 : 512
            let expected = ReferenceChecker.accepts(bytes, depth: depth)
            if expected { accepted += 1 }
            if accepts(bytes, depth: depth) != expected {
                Issue.record(
                    "\(expected ? "refused" : "accepted"): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
                return
            }
        }
        #expect(accepted > 1_300)
        #expect(accepted < 6_500)
    }

    /// Whatever is done to an event: it is read or refused for a reason, and what was read can be written, is a strict
    /// event then, and decodes or not without a crash.
    @Test func readersSurvive() throws {
        var generator = Generator(state: 2)
        var events = 0
        for round in 0..<4_000 {
            let bytes = Self.mutated(Array(Self.seeds[round % 3].utf8), &generator)
            let profile: Profile = round % 2 == 0 ? .strict : .qlik
            guard let event = try? CloudEvent(json: bytes, profile: profile) else { continue }
            events += 1
            let text = event.jsonBytes()
            let again = try CloudEvent(json: text)
            if again.jsonBytes() != text || again.extensions != event.extensions || again.type != event.type {
                Issue.record("written differently: \(String(decoding: text, as: UTF8.self))")
            }
            let binary = try #require(try CloudEvent.read(event.kafkaMessage(.binary)))
            #expect(binary.id == event.id)
            #expect(binary.dataBytes == event.dataBytes)
            _ = try? event.data(as: Probe.self)
        }
        #expect(events > 200)
    }

    @Test func headersSurvive() {
        var generator = Generator(state: 3)
        var read = 0
        for round in 0..<4_000 {
            var record = Record.binary(
                #"{"a":1}"#, [("ce_time", "2020-01-01T00:00:00Z"), ("ce_eventType", "t"), ("ce_x", "é")])
            for _ in 0..<2 {
                let index = Int.random(in: 0..<record.headers.count, using: &generator)
                if round % 2 == 0 {
                    record.headers[index].name = Self.mutated(record.headers[index].name, &generator)
                } else if round % 5 == 1 {
                    record.headers[index].value = nil
                } else {
                    record.headers[index].value = Self.mutated(record.headers[index].value ?? [], &generator)
                }
            }
            let outcome = record.outcome(round % 3 == 0 ? .strict : .qlik)
            if !outcome.hasPrefix("refused") { read += 1 }
        }
        #expect(read > 200)
        #expect(read < 4_000)
    }

    /// Takes whatever it finds.
    struct Probe: Decodable, EventData {
        var a: [Double]?
        var n: Int?
        var s: String?
    }
}
