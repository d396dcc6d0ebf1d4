extension Log {
    /// How an entry becomes a line.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// For people: time, level, message, `key=value`.
        case text
        /// For machines: one JSON object a line with `time`, `level`, `message` and the metadata beside them.
        case json

        /// A sink that writes each entry as one line, with one system call, to the given place.
        public func sink(to output: LogOutput) -> Sink {
            { entry in
                var line: [UInt8] = []
                line.reserveCapacity(256)
                self.append(entry, to: &line)
                output.write(line)
            }
        }

        /// Appends the entry's line and its newline. What is appended holds no other newline or control character,
        /// whatever the entry holds.
        package func append(_ entry: LogEntry, to line: inout [UInt8]) {
            switch self {
            case .text: Self.appendText(entry, to: &line)
            case .json: Self.appendJSON(entry, to: &line)
            }
            line.append(UInt8(ascii: "\n"))
        }
    }
}

extension Log.Format {
    private static func appendText(_ entry: LogEntry, to line: inout [UInt8]) {
        WallClock.append(milliseconds: entry.millisecondsSinceEpoch, to: &line)
        line.append(UInt8(ascii: " "))
        let level = entry.level.rawValue.utf8
        line.append(contentsOf: level)
        // `critical` is the longest.
        line.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 9 - level.count))
        LogEscape.append(entry.message, to: &line)
        for element in entry.metadata {
            line.append(UInt8(ascii: " "))
            appendWord(element.key.name, to: &line)
            line.append(UInt8(ascii: "="))
            appendWord(element.value.description, to: &line)
        }
    }

    /// Quoted where a reader could not tell where it ends.
    private static func appendWord(_ word: String, to line: inout [UInt8]) {
        let plain =
            !word.isEmpty && word.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") }
        if plain {
            LogEscape.append(word, to: &line)
        } else {
            line.append(UInt8(ascii: "\""))
            LogEscape.append(word, quoted: true, to: &line)
            line.append(UInt8(ascii: "\""))
        }
    }

    private static func appendJSON(_ entry: LogEntry, to line: inout [UInt8]) {
        line.append(contentsOf: #"{"time":""#.utf8)
        WallClock.append(milliseconds: entry.millisecondsSinceEpoch, to: &line)
        line.append(contentsOf: #"","level":""#.utf8)
        line.append(contentsOf: entry.level.rawValue.utf8)
        line.append(contentsOf: #"","message":"#.utf8)
        appendString(entry.message, to: &line)
        for element in entry.metadata {
            line.append(UInt8(ascii: ","))
            let name = element.key.name
            // A member that stands twice would be read as either: a plug-in's own `time` becomes `time_`.
            appendString(["time", "level", "message"].contains(name) ? name + "_" : name, to: &line)
            line.append(UInt8(ascii: ":"))
            switch element.value.kind {
            case .text(let text): appendString(text, to: &line)
            case .number(let number) where !number.isFinite: appendString(String(number), to: &line)
            case .integer, .number, .flag: line.append(contentsOf: element.value.description.utf8)
            }
        }
        line.append(UInt8(ascii: "}"))
    }

    private static func appendString(_ text: String, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        LogEscape.append(text, quoted: true, to: &line)
        line.append(UInt8(ascii: "\""))
    }
}
