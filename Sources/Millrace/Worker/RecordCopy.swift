import CloudEvents

/// One record's bytes, key and headers in memory of our own.
final class RecordCopy: @unchecked Sendable {
    private let memory: UnsafeMutableRawBufferPointer
    let headers: [KafkaHeaderView]
    let view: RecordView

    init(_ record: RecordView, headers views: [KafkaHeaderView]) {
        var size = (record.key?.count ?? 0) + (record.value?.count ?? 0)
        for header in views { size += header.name.count + (header.value?.count ?? 0) }
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
