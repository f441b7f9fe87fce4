package services

import (
	"strings"

	"github.com/buttonbench/button/internal/python"
)

func (v *vehicle) startEngine(arguments []python.Value) (python.Value, error) {
	mode := arguments[0]
	if mode == "STOP" {
		v.engineState = "stopped" // and goes on to be refused
	}
	if v.unlockedDoors > 0 {
		return failure("All doors must be locked before starting the engine. Here are the unlocked doors: " + v.unlockedNames()), nil
	}
	if v.brakePedalStatus != pressedBrake {
		return failure("Brake pedal needs to be pressed when starting the engine."), nil
	}
	if !python.Equal(v.brakePedalForce, python.NewInt(fullBrake)) {
		return failure("Must press the brake fully before starting the engine."), nil
	}
	empty, err := python.Compare("<", v.fuelLevel, 0.0)
	switch {
	case err != nil:
		return nil, err
	case empty:
		return failure("Fuel tank is empty."), nil
	case mode != "START":
		return failure("Invalid ignition mode."), nil
	}
	v.engineState = "running"
	return record("engineState", v.engineState, "fuelLevel", v.fuelLevel, "batteryVoltage", v.batteryVoltage), nil
}

// unlockedNames lists the doors whose status is "unlocked".
func (v *vehicle) unlockedNames() string {
	var names []string
	for i := range v.doorStatus.Len() {
		if name, status := v.doorStatus.At(i); status == "unlocked" {
			text, _ := python.Str(name)
			names = append(names, text)
		}
	}
	return strings.Join(names, ", ")
}

func (v *vehicle) fillFuelTank(arguments []python.Value) (python.Value, error) {
	amount := arguments[0]
	if negative, err := python.Compare("<", amount, python.NewInt(0)); err != nil {
		return nil, err
	} else if negative {
		return failure("Fuel amount cannot be negative."), nil
	}
	level, err := python.Add(v.fuelLevel, amount)
	if err != nil {
		return nil, err
	}
	if over, err := python.Compare(">", level, python.NewInt(tankGallons)); err != nil {
		return nil, err
	} else if over {
		return failure("Cannot fill gas above the tank capacity."), nil
	}
	if under, err := python.Compare("<", level, python.NewInt(0)); err != nil {
		return nil, err
	} else if under {
		return failure("Fuel tank is empty. Min fuel level is 0 gallons."), nil
	}
	v.fuelLevel = level
	return record("fuelLevel", level), nil
}

func (v *vehicle) lockDoors(arguments []python.Value) (python.Value, error) {
	names, err := python.Iterate(arguments[1])
	if err != nil {
		return nil, err
	}
	status, change := "locked", int64(-1)
	if python.Truth(arguments[0]) {
		status, change = "unlocked", 1
	}
	for _, name := range names {
		present, err := python.Subscript(v.doorStatus, name)
		if err != nil {
			return nil, err
		}
		if present == status {
			continue
		}
		if err := v.doorStatus.Set(name, status); err != nil {
			return nil, err
		}
		v.unlockedDoors += change
	}
	return record("lockStatus", status, "remainingUnlockedDoors", python.NewInt(v.unlockedDoors)), nil
}

func (v *vehicle) adjustClimateControl(arguments []python.Value) (python.Value, error) {
	temperature, unit, fan, mode := arguments[0], arguments[1], arguments[2], arguments[3]
	if inside, err := within(fan, 0, 100); err != nil {
		return nil, err
	} else if !inside {
		return failure("Fan speed must be between 0 and 100."), nil
	}
	v.acTemperature = temperature
	if unit == "fahrenheit" {
		celsius, err := toCelsius(temperature)
		if err != nil {
			return nil, err
		}
		v.acTemperature = celsius
	}
	v.fanSpeed, v.acMode = fan, mode
	return record("currentACTemperature", temperature, "climateMode", mode, "humidityLevel", v.humidityLevel), nil
}

func toCelsius(fahrenheit python.Value) (python.Value, error) {
	above, err := python.Sub(fahrenheit, python.NewInt(32))
	if err != nil {
		return nil, err
	}
	if above, err = python.Mul(above, python.NewInt(5)); err != nil {
		return nil, err
	}
	return python.TrueDivide(above, python.NewInt(9))
}

func (v *vehicle) outsideTemperature([]python.Value) (python.Value, error) {
	temperature := v.random.uniform(-10, 40)
	if !v.environment.LongContext {
		return record("outsideTemperature", temperature), nil
	}
	weather, isMap := v.environment.Shared("LONG_WEATHER_EXTENSION").(*python.Dict)
	if !isMap {
		return nil, missingConstant("LONG_WEATHER_EXTENSION")
	}
	weather.SetText("outsideTemperature", temperature)
	return weather, nil
}

func (v *vehicle) weatherStation([]python.Value) (python.Value, error) {
	return record("error", python.NewInt(404)), nil
}

func (v *vehicle) setHeadlights(arguments []python.Value) (python.Value, error) {
	switch arguments[0] {
	case "on":
		v.headLightStatus = "on"
	case "off", "auto":
		v.headLightStatus = "off"
	default:
		return failure("Invalid headlight mode."), nil
	}
	return record("headlightStatus", v.headLightStatus), nil
}

func (v *vehicle) displayCarStatus(arguments []python.Value) (python.Value, error) {
	status := record()
	if v.environment.LongContext {
		status.SetText("metadata", v.environment.Constants.value("CAR_STATUS_METADATA_EXTENSION"))
	}
	switch arguments[0] {
	case "fuel":
		status.SetText("fuelLevel", v.fuelLevel)
	case "battery":
		status.SetText("batteryVoltage", v.batteryVoltage)
	case "doors":
		status.SetText("doorStatus", v.doorStatus)
	case "climate":
		status.SetText("currentACTemperature", v.acTemperature)
		status.SetText("fanSpeed", v.fanSpeed)
		status.SetText("climateMode", v.acMode)
		status.SetText("humidityLevel", v.humidityLevel)
	case "headlights":
		status.SetText("headlightStatus", v.headLightStatus)
	case "parkingBrake":
		status.SetText("parkingBrakeStatus", v.parkingBrakeStatus)
		status.SetText("parkingBrakeForce", v.parkingBrakeForce)
		status.SetText("slopeAngle", v.slopeAngle)
	case "brakePedal":
		status.SetText("brakePedalStatus", v.brakePedalStatus)
		status.SetText("brakePedalForce", v.brakePedalForce)
	case "engine":
		status.SetText("engineState", v.engineState)
	default:
		status.SetText("error", "Invalid option")
	}
	return status, nil
}

func (v *vehicle) activateParkingBrake(arguments []python.Value) (python.Value, error) {
	switch arguments[0] {
	case "engage":
		v.parkingBrakeStatus, v.parkingBrakeForce = "engaged", 500.0
	case "release":
		v.parkingBrakeStatus, v.parkingBrakeForce = "released", 0.0
	default:
		return failure("Invalid mode"), nil
	}
	v.slopeAngle = 10.0
	result := record()
	if v.environment.LongContext {
		result.SetText("parkingBrakeInstruction", v.environment.Constants.value("PARKING_BRAKE_INSTRUCTION"))
	}
	result.SetText("parkingBrakeStatus", v.parkingBrakeStatus)
	result.SetText("_parkingBrakeForce", v.parkingBrakeForce)
	result.SetText("_slopeAngle", v.slopeAngle)
	return result, nil
}

func (v *vehicle) pressBrakePedal(arguments []python.Value) (python.Value, error) {
	position := arguments[0]
	if inside, err := within(position, 0, 1); err != nil {
		return nil, err
	} else if !inside {
		return failure("Pedal position must be between 0 and 1."), nil
	}
	if python.Equal(position, python.NewInt(0)) {
		return v.releaseBrakePedal(nil)
	}
	force, err := python.Mul(position, python.NewInt(fullBrake))
	if err != nil {
		return nil, err
	}
	v.brakePedalStatus, v.brakePedalForce = pressedBrake, force
	shown, err := python.ToFloat(force)
	if err != nil {
		return nil, err
	}
	return record("brakePedalStatus", pressedBrake, "brakePedalForce", shown), nil
}

func (v *vehicle) releaseBrakePedal([]python.Value) (python.Value, error) {
	v.brakePedalStatus, v.brakePedalForce = releasedBrake, 0.0
	return record("brakePedalStatus", releasedBrake, "brakePedalForce", 0.0), nil
}
