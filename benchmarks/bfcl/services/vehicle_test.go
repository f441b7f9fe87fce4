package services

import (
	"slices"
	"testing"
)

func TestVehicle(t *testing.T) {
	const locked = `"doorStatus": {"driver": "locked", "passenger": "locked", "rear_left": "locked", "rear_right": "locked"}`
	for _, test := range []struct {
		name, configuration string
		longContext         bool
		steps               []step
	}{
		{"defaults", `{}`, false, []step{
			{"displayCarStatus", `"fuel"`, `{"fuelLevel": 0.0}`},
			{"displayCarStatus", `"battery"`, `{"batteryVoltage": 12.6}`},
			{"displayCarStatus", `"doors"`, `{"doorStatus": {"driver": "unlocked", "passenger": "unlocked", "rear_left": "unlocked", "rear_right": "unlocked"}}`},
			{"displayCarStatus", `"climate"`, `{"currentACTemperature": 25.0, "fanSpeed": 50, "climateMode": "auto", "humidityLevel": 50.0}`},
			{"displayCarStatus", `"headlights"`, `{"headlightStatus": "off"}`},
			{"displayCarStatus", `"parkingBrake"`, `{"parkingBrakeStatus": "released", "parkingBrakeForce": 0.0, "slopeAngle": 0.0}`},
			{"displayCarStatus", `"brakePedal"`, `{"brakePedalStatus": "released", "brakePedalForce": 0.0}`},
			{"displayCarStatus", `"engine"`, `{"engineState": "stopped"}`},
			{"displayCarStatus", `["fuel"]`, `{"error": "Invalid option"}`},
			{"check_tire_pressure", ``, `{"frontLeftTirePressure": 32.0, "frontRightTirePressure": 32.0, "rearLeftTirePressure": 30.0, "rearRightTirePressure": 30.0, "healthy_tire_pressure": true, "car_info": {}}`},
			{"find_nearest_tire_shop", ``, `{"shopLocation": "456 Oakwood Avenue, Rivermist, 83214"}`},
			{"get_outside_temperature_from_weather_com", ``, `{"error": 404}`},
		}},
		{"engine", `{"fuelLevel": 0}`, false, []step{
			{"startEngine", `"START"`, `{"error": "All doors must be locked before starting the engine. Here are the unlocked doors: driver, passenger, rear_left, rear_right"}`},
			{"lockDoors", `false, ["driver", "passenger", "rear_left"]`, `{"lockStatus": "locked", "remainingUnlockedDoors": 1}`},
			{"lockDoors", `false, ["driver", "rear_right"]`, `{"lockStatus": "locked", "remainingUnlockedDoors": 0}`},
			{"startEngine", `"START"`, `{"error": "Brake pedal needs to be pressed when starting the engine."}`},
			{"pressBrakePedal", `0.5`, `{"brakePedalStatus": "pressed", "brakePedalForce": 500.0}`},
			{"startEngine", `"START"`, `{"error": "Must press the brake fully before starting the engine."}`},
			{"pressBrakePedal", `true`, `{"brakePedalStatus": "pressed", "brakePedalForce": 1000.0}`},
			{"displayCarStatus", `"brakePedal"`, `{"brakePedalStatus": "pressed", "brakePedalForce": 1000}`},
			{"startEngine", `"start"`, `{"error": "Invalid ignition mode."}`},
			{"startEngine", `"START"`, `{"engineState": "running", "fuelLevel": 0, "batteryVoltage": 12.6}`},
			{"startEngine", `"STOP"`, `{"error": "Invalid ignition mode."}`},
			{"displayCarStatus", `"engine"`, `{"engineState": "stopped"}`},
		}},
		{"doors", `{}`, false, []step{
			{"lockDoors", `"False", ["driver"]`, `{"lockStatus": "unlocked", "remainingUnlockedDoors": 4}`},
			{"lockDoors", `0, ["driver", "boot", "passenger"]`, `!'boot'`},
			{"lockDoors", `true, []`, `{"lockStatus": "unlocked", "remainingUnlockedDoors": 3}`},
			{"lockDoors", `false, "driver"`, `!'d'`},
			{"lockDoors", `false, [["driver"]]`, `!unhashable type: 'list'`},
			{"lockDoors", `false, 4`, `!'int' object is not iterable`},
			{"lockDoors", `true, {"driver": 1}`, `{"lockStatus": "unlocked", "remainingUnlockedDoors": 4}`},
		}},
		{"fuel", `{"fuelLevel": 10.5}`, false, []step{
			{"fillFuelTank", `39.5`, `{"fuelLevel": 50.0}`},
			{"fillFuelTank", `0.1`, `{"error": "Cannot fill gas above the tank capacity."}`},
			{"fillFuelTank", `-1`, `{"error": "Fuel amount cannot be negative."}`},
			{"fillFuelTank", `"5"`, `!'<' not supported between instances of 'str' and 'int'`},
			{"fillFuelTank", `true`, `{"error": "Cannot fill gas above the tank capacity."}`},
			{"estimate_drive_feasibility_by_mileage", `1000`, `{"canDrive": true}`},
			{"estimate_drive_feasibility_by_mileage", `1000.5`, `{"canDrive": false}`},
			{"estimate_drive_feasibility_by_mileage", `null`, `!'<' not supported between instances of 'float' and 'NoneType'`},
			{"liter_to_gallon", `10`, `{"gallon": 2.6417200000000003}`},
			{"gallon_to_liter", `true`, `{"liter": 3.78541}`},
			{"gallon_to_liter", `"5"`, `!can't multiply sequence by non-int of type 'float'`},
			{"liter_to_gallon", `null`, `!unsupported operand type(s) for *: 'NoneType' and 'float'`},
		}},
		{"climate", `{}`, false, []step{
			{"adjustClimateControl", `68, "fahrenheit", 40, "cool"`, `{"currentACTemperature": 68, "climateMode": "cool", "humidityLevel": 50.0}`},
			{"displayCarStatus", `"climate"`, `{"currentACTemperature": 20.0, "fanSpeed": 40, "climateMode": "cool", "humidityLevel": 50.0}`},
			{"adjustClimateControl", `22, "Fahrenheit", 100.5`, `{"error": "Fan speed must be between 0 and 100."}`},
			{"adjustClimateControl", `22, "kelvin", "50"`, `!'<=' not supported between instances of 'int' and 'str'`},
			{"adjustClimateControl", `"68", "fahrenheit", 30, "heat"`, `!unsupported operand type(s) for -: 'str' and 'int'`},
			{"displayCarStatus", `"climate"`, `{"currentACTemperature": "68", "fanSpeed": 40, "climateMode": "cool", "humidityLevel": 50.0}`},
			{"adjustClimateControl", `"warm"`, `{"currentACTemperature": "warm", "climateMode": "auto", "humidityLevel": 50.0}`},
		}},
		{"lights and brakes", `{}`, false, []step{
			{"setHeadlights", `"auto"`, `{"headlightStatus": "off"}`},
			{"setHeadlights", `"on"`, `{"headlightStatus": "on"}`},
			{"setHeadlights", `{"on": 1}`, `{"error": "Invalid headlight mode."}`},
			{"activateParkingBrake", `"engage"`, `{"parkingBrakeStatus": "engaged", "_parkingBrakeForce": 500.0, "_slopeAngle": 10.0}`},
			{"activateParkingBrake", `true`, `{"error": "Invalid mode"}`},
			{"activateParkingBrake", `"release"`, `{"parkingBrakeStatus": "released", "_parkingBrakeForce": 0.0, "_slopeAngle": 10.0}`},
			{"pressBrakePedal", `1.1`, `{"error": "Pedal position must be between 0 and 1."}`},
			{"pressBrakePedal", `NaN`, `{"error": "Pedal position must be between 0 and 1."}`},
			{"pressBrakePedal", `"1"`, `!'<=' not supported between instances of 'int' and 'str'`},
			{"pressBrakePedal", `false`, `{"brakePedalStatus": "released", "brakePedalForce": 0.0}`},
			{"releaseBrakePedal", ``, `{"brakePedalStatus": "released", "brakePedalForce": 0.0}`},
		}},
		{"cruise", `{"engineState": "running", ` + locked + `}`, false, []step{
			{"setCruiseControl", `"65", true, 100`, `{"cruiseStatus": "active", "currentSpeed": 65.0, "distanceToNextVehicle": 100.0}`},
			{"setCruiseControl", `66, true, 50`, `{"error": "Invalid speed"}`},
			{"setCruiseControl", `125, true, 50`, `{"error": "Invalid speed"}`},
			{"setCruiseControl", `NaN, true, 50`, `{"error": "Invalid speed"}`},
			{"setCruiseControl", `-5, false, 50`, `{"cruiseStatus": "inactive", "currentSpeed": -5.0, "distanceToNextVehicle": 50.0}`},
			{"setCruiseControl", `60, true, "far"`, `!could not convert string to float: 'far'`},
			{"setCruiseControl", `[60], true, 1`, `!float() argument must be a string or a real number, not 'list'`},
			{"get_current_speed", ``, `{"currentSpeed": 111.92365689097284}`},
			{"get_outside_temperature_from_google", ``, `{"outsideTemperature": 31.29968928699752}`},
			{"display_log", `[1, "a"]`, `{"log": [1, "a"]}`},
		}},
		{"roads", `{}`, false, []step{
			{"setCruiseControl", `60, true, 1`, `{"error": "Start the engine before activating the cruise control."}`},
			{"estimate_distance", `"74532", "83214"`, `{"distance": 750.0}`},
			{"estimate_distance", `"83214", "83214"`, `{"error": "distance not found in database."}`},
			{"estimate_distance", `[1], {}`, `{"error": "distance not found in database."}`},
			{"get_zipcode_based_on_city", `"Rivermist"`, `{"zipcode": "83214"}`},
			{"get_zipcode_based_on_city", `"rivermist"`, `{"zipcode": "00000"}`},
			{"get_zipcode_based_on_city", `[]`, `{"zipcode": "00000"}`},
			{"set_navigation", `"Main Street"`, `{"status": "Navigating to Main Street"}`},
			{"set_navigation", `7`, `!can only concatenate str (not "int") to str`},
		}},
		{"long context", `{}`, true, []step{
			{"displayCarStatus", `"fuel"`, `{"metadata": "a car", "fuelLevel": 0.0}`},
			{"displayCarStatus", `"x"`, `{"metadata": "a car", "error": "Invalid option"}`},
			{"activateParkingBrake", `"engage"`, `{"parkingBrakeInstruction": "pull", "parkingBrakeStatus": "engaged", "_parkingBrakeForce": 500.0, "_slopeAngle": 10.0}`},
			{"estimate_distance", `"a", "b"`, `{"error": "distance not found in database.", "intermediaryCities": ["Here", "There"]}`},
			{"get_outside_temperature_from_google", ``, `{"-1_day": {"windSpeed": 15.0}, "outsideTemperature": 36.63485703790535}`},
			{"check_tire_pressure", ``, `{"frontLeftTirePressure": 32.0, "frontRightTirePressure": 32.0, "rearLeftTirePressure": 30.0, "rearRightTirePressure": 30.0, "healthy_tire_pressure": true, "car_info": "a car"}`},
		}},
	} {
		t.Run(test.name, func(t *testing.T) { play(t, &vehicleClass, test.configuration, test.longContext, test.steps) })
	}
}

// What a failing call changed before it failed is part of the state.
func TestVehicleDifferences(t *testing.T) {
	model := play(t, &vehicleClass, `{"engineState": "running"}`, false, []step{
		{"lockDoors", `false, ["driver", "boot"]`, `!'boot'`},
		{"adjustClimateControl", `"68", "fahrenheit", 30`, `!unsupported operand type(s) for -: 'str' and 'int'`},
		{"setCruiseControl", `3, true, 9`, `{"error": "Invalid speed"}`},
		{"set_navigation", `7`, `!can only concatenate str (not "int") to str`},
		{"pressBrakePedal", `1`, `{"brakePedalStatus": "pressed", "brakePedalForce": 1000.0}`},
		{"activateParkingBrake", `"release"`, `{"parkingBrakeStatus": "released", "_parkingBrakeForce": 0.0, "_slopeAngle": 10.0}`},
	})
	answer := play(t, &vehicleClass, `{"engineState": "running"}`, false, nil)
	have := model.Differences(answer)
	want := []string{"remainingUnlockedDoors", "doorStatus", "acTemperature", "brakePedalStatus", "distanceToNextVehicle", "destination"}
	if !slices.Equal(have, want) {
		t.Errorf("have %q, want %q", have, want)
	}
	if same := answer.Differences(play(t, &vehicleClass, `{"engineState": "running", "fuelLevel": 0}`, false, nil)); same != nil {
		t.Errorf("equal states differ in %q", same)
	}
}
