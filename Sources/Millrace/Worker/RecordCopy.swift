import CloudEvents

/// One record's bytes, key and headers in memory of our own.
final class RecordCopy: @unchecked Sendable {
    private let memory: UnsafeMutableRawBufferPointer
    let headers: [KafkaHeaderView]
    /// What names and values of the headers take.
    let headerBytes: Int
    let view: RecordView

    init(_ record: RecordView, headers views: [KafkaHeaderView]) {
        headerBytes = views.reduce(0) { $0 + $1.name.count + ($1.value?.count ?? 0) }
        let size = (record.key?.count ?? 0) + (record.value?.count ?? 0) + headerBytes
        // One byte more, so that an empty value has an address and is not taken for null.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size + 1, alignment: 8)
        var used = 0
        func place(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
            let target = UnsafeMutableRawBufferPointer(rebasing: memory[used..<used + bytes.count])
            target.copyMemory(from: bytes)
            used += bytes.count
            return UnsafeRawBufferPointer(target)
        }
        var view = record
        view.key = record.key.map(place)
        view.value = record.value.map(place)
        headers = views.map { KafkaHeaderView(name: place($0.name), value: $0.value.map(place)) }
        self.memory = memory
        self.view = view
    }

    deinit { memory.deallocate() }
}
