import MillraceEngine

/// What stands beside a committed offset, as any tool of Kafka sees it: read by the format's description, and by none of
/// the engine's code but the names of the routes.
struct CommitText: Equatable {
    struct Probe: Equatable {
        var offset: Int64
        var count: Int
        var isWithheld: Bool
    }

    var counts: [AttemptKey: Int] = [:]
    var base: Int64?
    var done: [Range<Int64>] = []
    var starts = 0
    var probe: Probe?

    init() {}

    /// Nil where it is not of that format.
    init?(_ text: String, _ routes: RouteNames) {
        let fields = text.split(separator: " ")
        guard fields.first == "millrace/1" else { return nil }
        for field in fields.dropFirst() {
            let parts = field.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            switch parts[0] {
            case "starts":
                guard let count = Int(parts[1]) else { return nil }
                starts = count
            case "probe":
                let numbers = parts[1].split(separator: "/")
                guard numbers.count >= 3, let offset = Int64(numbers[0]), let count = Int(numbers[1]) else {
                    return nil
                }
                probe = Probe(offset: offset, count: count, isWithheld: numbers.last == "withheld")
            case "done":
                let (lead, map) = Self.pair(parts[1], ":")
                guard let base = Int64(lead), let runs = Self.runs(map, base: base) else { return nil }
                (self.base, done) = (base, runs)
            case "attempts":
                for entry in parts[1].split(separator: ",") {
                    let (offset, rest) = Self.pair(entry, "/")
                    let (route, count) = Self.pair(rest, ":")
                    guard let offset = Int64(offset), let route = routes.number(of: route), let count = Int(count)
                    else {
                        return nil
                    }
                    counts[AttemptKey(offset: offset, route: route)] = count
                }
            default: return nil
            }
        }
    }

    func isDone(_ offset: Int64) -> Bool { done.contains { $0.contains(offset) } }

    private static func pair(_ text: Substring, _ mark: Character) -> (Substring, Substring) {
        guard let place = text.firstIndex(of: mark) else { return (text, "") }
        return (text[..<place], text[text.index(after: place)...])
    }

    /// base64url of a byte that says the form, and lengths in seven bits a byte, or a bit an offset.
    private static func runs(_ text: Substring, base: Int64) -> [Range<Int64>]? {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var bits: [Bool] = []
        for character in text {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            for bit in (0..<6).reversed() { bits.append(value >> bit & 1 == 1) }
        }
        let bytes = stride(from: 0, to: bits.count - 7, by: 8).map { start in
            bits[start..<start + 8].reduce(0) { $0 * 2 + ($1 ? 1 : 0) }
        }
        var runs: [Range<Int64>] = []
        if bytes.first == 2 {
            for (place, byte) in bytes.dropFirst().enumerated() {
                for bit in 0..<8 where byte >> bit & 1 == 1 {
                    let offset = base + 1 + Int64(place * 8 + bit)
                    if let last = runs.last, last.upperBound == offset {
                        runs[runs.count - 1] = last.lowerBound..<offset + 1
                    } else {
                        runs.append(offset..<offset + 1)
                    }
                }
            }
            return runs
        }
        guard bytes.first == 1 else { return nil }
        var lengths: [Int64] = []
        var shift = 0
        var length: Int64 = 0
        for byte in bytes.dropFirst() {
            length += Int64(byte & 127) << shift
            shift += 7
            if byte < 128 {
                lengths.append(length)
                (length, shift) = (0, 0)
            }
        }
        var position = base
        for (open, done) in zip(lengths.indices, lengths.indices.dropFirst()) where open % 2 == 0 {
            position += lengths[open]
            runs.append(position..<position + lengths[done])
            position += lengths[done]
        }
        return runs
    }
}
