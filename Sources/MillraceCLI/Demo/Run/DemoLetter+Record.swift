import Millrace

extension DemoLetter {
    /// A letter by what its headers say; nil where they are not a letter's.
    init?(_ record: RecordLine) {
        func text(_ header: LetterHeader) -> String? {
            let last = record.headers.last { $0.name == Array(header.rawValue.utf8) }
            return last?.value.map { String(decoding: $0, as: UTF8.self) }
        }
        guard let reason = text(.reason), let partition = text(.originPartition).flatMap({ Int32($0) }),
            let offset = text(.originOffset).flatMap({ Int64($0) })
        else { return nil }
        self.init(origin: DemoPlace(partition: partition, offset: offset), reason: reason, record: record)
    }
}
