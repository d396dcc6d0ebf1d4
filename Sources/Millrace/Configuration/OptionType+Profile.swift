package import CloudEvents

extension OptionType where Value == Profile {
    /// A profile's name, or a map that begins with one and sets single switches: `{base: qlik, bom: false}`.
    package static var profile: OptionType<Profile> {
        let names = named.map(\.name).joined(separator: ", ")
        let allowed = "\(names), or a map such as {base: qlik, bom: false}"
        return OptionType(
            allowed,
            read: { value, reading in
                guard case .map(let values) = value.content else { return base.read(value, &reading) }
                return read(values, &reading)
            },
            write: { profile in
                // The base that leaves the fewest switches to say.
                let bases = named.map { base in
                    (base.name, Profile.Switch.allCases.filter { profile.allows($0) != base.profile.allows($0) })
                }
                guard let (name, switches) = bases.min(by: { $0.1.count < $1.1.count }), !switches.isEmpty else {
                    return OptionValue(named.first { $0.profile == profile }?.name ?? "")
                }
                var values: OptionValues = ["base": OptionValue(name)]
                for item in switches { values[item.name] = OptionValue(profile.allows(item) ? "true" : "false") }
                return OptionValue(.map(values))
            })
    }

    private static let named: [(name: String, profile: Profile)] = [("qlik", .qlik), ("strict", .strict)]

    private static var base: OptionType<Profile> { choice(named.map { ($0.name, $0.profile) }, name: { _ in "" }) }

    private static func read(_ values: OptionValues, _ reading: inout OptionReading) -> Profile? {
        let before = reading.faults.count
        var profile = Profile.qlik
        var switches: [(Profile.Switch, Bool)] = []
        let names = ["base"] + Profile.Switch.allCases.map(\.name)
        for entry in reading.entriesOnce(values) {
            reading.within(.key(entry.name)) { reading in
                if entry.name == "base" {
                    profile = base.read(entry.value, &reading) ?? profile
                } else if let item = Profile.Switch.allCases.first(where: { $0.name == entry.name }) {
                    if let isOn = OptionType<Bool>.boolean.read(entry.value, &reading) { switches.append((item, isOn)) }
                } else {
                    reading.note(
                        OptionFault(
                            .unknownKey, origin: entry.origin, "unknown key", allowed: names.joined(separator: ", "),
                            suggestion: NearestName.of(entry.name, among: names)))
                }
            }
        }
        guard reading.faults.count == before else { return nil }
        return switches.reduce(profile) { $0.setting($1.0, $1.1) }
    }
}
