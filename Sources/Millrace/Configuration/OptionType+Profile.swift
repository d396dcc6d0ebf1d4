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
                if let same = named.first(where: { $0.profile == profile }) { return OptionValue(same.name) }
                var values: OptionValues = ["base": "strict"]
                for item in Profile.Switch.allCases where profile.allows(item) != Profile.strict.allows(item) {
                    values[item.name] = OptionValue(profile.allows(item) ? "true" : "false")
                }
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
