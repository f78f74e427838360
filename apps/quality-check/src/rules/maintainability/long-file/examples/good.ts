// ok: long-file
// Limit number 1.
export const limit1 = 1

// Limit number 2.
export const limit2 = 2

// Limit number 3.
export const limit3 = 3

// Limit number 4.
export const limit4 = 4

// Limit number 5.
export const limit5 = 5

// Limit number 6.
export const limit6 = 6

// Limit number 7.
export const limit7 = 7

// Limit number 8.
export const limit8 = 8

// Limit number 9.
export const limit9 = 9

// Limit number 10.
export const limit10 = 10

// Limit number 11.
export const limit11 = 11

// Limit number 12.
export const limit12 = 12

// Limit number 13.
export const limit13 = 13

// Limit number 14.
export const limit14 = 14

// Limit number 15.
export const limit15 = 15

// Limit number 16.
export const limit16 = 16

// Limit number 17.
export const limit17 = 17

// Limit number 18.
export const limit18 = 18

// Limit number 19.
export const limit19 = 19

// Limit number 20.
export const limit20 = 20

// Limit number 21.
export const limit21 = 21

// Limit number 22.
export const limit22 = 22

// Limit number 23.
export const limit23 = 23

// Limit number 24.
export const limit24 = 24

// Limit number 25.
export const limit25 = 25

// Limit number 26.
export const limit26 = 26

// Limit number 27.
export const limit27 = 27

// Limit number 28.
export const limit28 = 28

// Limit number 29.
export const limit29 = 29

// Limit number 30.
export const limit30 = 30

// Limit number 31.
export const limit31 = 31

// Limit number 32.
export const limit32 = 32

// Limit number 33.
export const limit33 = 33

// Limit number 34.
export const limit34 = 34

// Limit number 35.
export const limit35 = 35

// Limit number 36.
export const limit36 = 36

// Limit number 37.
export const limit37 = 37

// Limit number 38.
export const limit38 = 38

// Limit number 39.
export const limit39 = 39

// Limit number 40.
export const limit40 = 40

// Limit number 41.
export const limit41 = 41

// Limit number 42.
export const limit42 = 42

// Limit number 43.
export const limit43 = 43

// Limit number 44.
export const limit44 = 44

// Limit number 45.
export const limit45 = 45

// Limit number 46.
export const limit46 = 46

// Limit number 47.
export const limit47 = 47

// Limit number 48.
export const limit48 = 48

// Limit number 49.
export const limit49 = 49

// Limit number 50.
export const limit50 = 50

// Limit number 51.
export const limit51 = 51

// Limit number 52.
export const limit52 = 52

// Limit number 53.
export const limit53 = 53

// Limit number 54.
export const limit54 = 54

// Limit number 55.
export const limit55 = 55

// Limit number 56.
export const limit56 = 56

// Limit number 57.
export const limit57 = 57

// Limit number 58.
export const limit58 = 58

// Limit number 59.
export const limit59 = 59

// Limit number 60.
export const limit60 = 60

// Limit number 61.
export const limit61 = 61

// Limit number 62.
export const limit62 = 62

// Limit number 63.
export const limit63 = 63

// Limit number 64.
export const limit64 = 64

// Limit number 65.
export const limit65 = 65

// Limit number 66.
export const limit66 = 66

// Limit number 67.
export const limit67 = 67

// Limit number 68.
export const limit68 = 68

// Limit number 69.
export const limit69 = 69

// Limit number 70.
export const limit70 = 70

// Limit number 71.
export const limit71 = 71

// Limit number 72.
export const limit72 = 72

// Limit number 73.
export const limit73 = 73

// Limit number 74.
export const limit74 = 74

// Limit number 75.
export const limit75 = 75

// Limit number 76.
export const limit76 = 76

// Limit number 77.
export const limit77 = 77

// Limit number 78.
export const limit78 = 78

// Limit number 79.
export const limit79 = 79

// Limit number 80.
export const limit80 = 80

// Limit number 81.
export const limit81 = 81

// Limit number 82.
export const limit82 = 82

// Limit number 83.
export const limit83 = 83

// Limit number 84.
export const limit84 = 84

// Limit number 85.
export const limit85 = 85

// Limit number 86.
export const limit86 = 86

// Limit number 87.
export const limit87 = 87

// Limit number 88.
export const limit88 = 88

// Limit number 89.
export const limit89 = 89

// Limit number 90.
export const limit90 = 90

// Limit number 91.
export const limit91 = 91

// Limit number 92.
export const limit92 = 92

// Limit number 93.
export const limit93 = 93

// Limit number 94.
export const limit94 = 94

// Limit number 95.
export const limit95 = 95

// Limit number 96.
export const limit96 = 96

// Limit number 97.
export const limit97 = 97

// Limit number 98.
export const limit98 = 98

// Limit number 99.
export const limit99 = 99

// Limit number 100.
export const limit100 = 100

// Limit number 101.
export const limit101 = 101

// Limit number 102.
export const limit102 = 102

// Limit number 103.
export const limit103 = 103

// Limit number 104.
export const limit104 = 104

// Limit number 105.
export const limit105 = 105

// Limit number 106.
export const limit106 = 106

// Limit number 107.
export const limit107 = 107

// Limit number 108.
export const limit108 = 108

// Limit number 109.
export const limit109 = 109

// Limit number 110.
export const limit110 = 110

// Limit number 111.
export const limit111 = 111

// Limit number 112.
export const limit112 = 112

// Limit number 113.
export const limit113 = 113

// Limit number 114.
export const limit114 = 114

// Limit number 115.
export const limit115 = 115

// Limit number 116.
export const limit116 = 116

// Limit number 117.
export const limit117 = 117

// Limit number 118.
export const limit118 = 118

// Limit number 119.
export const limit119 = 119

// Limit number 120.
export const limit120 = 120

// Limit number 121.
export const limit121 = 121

// Limit number 122.
export const limit122 = 122

// Limit number 123.
export const limit123 = 123

// Limit number 124.
export const limit124 = 124

// Limit number 125.
export const limit125 = 125

// Limit number 126.
export const limit126 = 126

// Limit number 127.
export const limit127 = 127

// Limit number 128.
export const limit128 = 128

// Limit number 129.
export const limit129 = 129

// Limit number 130.
export const limit130 = 130

// Limit number 131.
export const limit131 = 131

// Limit number 132.
export const limit132 = 132

// Limit number 133.
export const limit133 = 133

// Limit number 134.
export const limit134 = 134

// Limit number 135.
export const limit135 = 135

// Limit number 136.
export const limit136 = 136

// Limit number 137.
export const limit137 = 137

// Limit number 138.
export const limit138 = 138

// Limit number 139.
export const limit139 = 139

// Limit number 140.
export const limit140 = 140

// Limit number 141.
export const limit141 = 141

// Limit number 142.
export const limit142 = 142

// Limit number 143.
export const limit143 = 143

// Limit number 144.
export const limit144 = 144

// Limit number 145.
export const limit145 = 145

// Limit number 146.
export const limit146 = 146

// Limit number 147.
export const limit147 = 147

// Limit number 148.
export const limit148 = 148

// Limit number 149.
export const limit149 = 149

// Limit number 150.
export const limit150 = 150

// Limit number 151.
export const limit151 = 151

// Limit number 152.
export const limit152 = 152

// Limit number 153.
export const limit153 = 153

// Limit number 154.
export const limit154 = 154

// Limit number 155.
export const limit155 = 155

// Limit number 156.
export const limit156 = 156

// Limit number 157.
export const limit157 = 157

// Limit number 158.
export const limit158 = 158

// Limit number 159.
export const limit159 = 159

// Limit number 160.
export const limit160 = 160

// Limit number 161.
export const limit161 = 161

// Limit number 162.
export const limit162 = 162

// Limit number 163.
export const limit163 = 163

// Limit number 164.
export const limit164 = 164

// Limit number 165.
export const limit165 = 165

// Limit number 166.
export const limit166 = 166

// Limit number 167.
export const limit167 = 167

// Limit number 168.
export const limit168 = 168

// Limit number 169.
export const limit169 = 169

// Limit number 170.
export const limit170 = 170

// Limit number 171.
export const limit171 = 171

// Limit number 172.
export const limit172 = 172

// Limit number 173.
export const limit173 = 173

// Limit number 174.
export const limit174 = 174

// Limit number 175.
export const limit175 = 175

// Limit number 176.
export const limit176 = 176

// Limit number 177.
export const limit177 = 177

// Limit number 178.
export const limit178 = 178

// Limit number 179.
export const limit179 = 179

// Limit number 180.
export const limit180 = 180

// Limit number 181.
export const limit181 = 181

// Limit number 182.
export const limit182 = 182

// Limit number 183.
export const limit183 = 183

// Limit number 184.
export const limit184 = 184

// Limit number 185.
export const limit185 = 185

// Limit number 186.
export const limit186 = 186

// Limit number 187.
export const limit187 = 187

// Limit number 188.
export const limit188 = 188

// Limit number 189.
export const limit189 = 189

// Limit number 190.
export const limit190 = 190

// Limit number 191.
export const limit191 = 191

// Limit number 192.
export const limit192 = 192

// Limit number 193.
export const limit193 = 193

// Limit number 194.
export const limit194 = 194

// Limit number 195.
export const limit195 = 195

// Limit number 196.
export const limit196 = 196

// Limit number 197.
export const limit197 = 197

// Limit number 198.
export const limit198 = 198

// Limit number 199.
export const limit199 = 199

// Limit number 200.
export const limit200 = 200

// Limit number 201.
export const limit201 = 201

// Limit number 202.
export const limit202 = 202

// Limit number 203.
export const limit203 = 203

// Limit number 204.
export const limit204 = 204

// Limit number 205.
export const limit205 = 205

// Limit number 206.
export const limit206 = 206

// Limit number 207.
export const limit207 = 207

// Limit number 208.
export const limit208 = 208

// Limit number 209.
export const limit209 = 209

// Limit number 210.
export const limit210 = 210

// Limit number 211.
export const limit211 = 211

// Limit number 212.
export const limit212 = 212

// Limit number 213.
export const limit213 = 213

// Limit number 214.
export const limit214 = 214

// Limit number 215.
export const limit215 = 215

// Limit number 216.
export const limit216 = 216

// Limit number 217.
export const limit217 = 217

// Limit number 218.
export const limit218 = 218

// Limit number 219.
export const limit219 = 219

// Limit number 220.
export const limit220 = 220

// Limit number 221.
export const limit221 = 221

// Limit number 222.
export const limit222 = 222

// Limit number 223.
export const limit223 = 223

// Limit number 224.
export const limit224 = 224

// Limit number 225.
export const limit225 = 225

// Limit number 226.
export const limit226 = 226

// Limit number 227.
export const limit227 = 227

// Limit number 228.
export const limit228 = 228

// Limit number 229.
export const limit229 = 229

// Limit number 230.
export const limit230 = 230

// Limit number 231.
export const limit231 = 231

// Limit number 232.
export const limit232 = 232

// Limit number 233.
export const limit233 = 233

// Limit number 234.
export const limit234 = 234

// Limit number 235.
export const limit235 = 235

// Limit number 236.
export const limit236 = 236

// Limit number 237.
export const limit237 = 237

// Limit number 238.
export const limit238 = 238

// Limit number 239.
export const limit239 = 239

// Limit number 240.
export const limit240 = 240

// Limit number 241.
export const limit241 = 241

// Limit number 242.
export const limit242 = 242

// Limit number 243.
export const limit243 = 243

// Limit number 244.
export const limit244 = 244

// Limit number 245.
export const limit245 = 245

// Limit number 246.
export const limit246 = 246

// Limit number 247.
export const limit247 = 247

// Limit number 248.
export const limit248 = 248

// Limit number 249.
export const limit249 = 249

// Limit number 250.
export const limit250 = 250

// Limit number 251.
export const limit251 = 251

// Limit number 252.
export const limit252 = 252

// Limit number 253.
export const limit253 = 253

// Limit number 254.
export const limit254 = 254

// Limit number 255.
export const limit255 = 255

// Limit number 256.
export const limit256 = 256

// Limit number 257.
export const limit257 = 257

// Limit number 258.
export const limit258 = 258

// Limit number 259.
export const limit259 = 259

// Limit number 260.
export const limit260 = 260

// Limit number 261.
export const limit261 = 261

// Limit number 262.
export const limit262 = 262

// Limit number 263.
export const limit263 = 263

// Limit number 264.
export const limit264 = 264

// Limit number 265.
export const limit265 = 265

// Limit number 266.
export const limit266 = 266

// Limit number 267.
export const limit267 = 267

// Limit number 268.
export const limit268 = 268

// Limit number 269.
export const limit269 = 269

// Limit number 270.
export const limit270 = 270

// Limit number 271.
export const limit271 = 271

// Limit number 272.
export const limit272 = 272

// Limit number 273.
export const limit273 = 273

// Limit number 274.
export const limit274 = 274

// Limit number 275.
export const limit275 = 275

// Limit number 276.
export const limit276 = 276

// Limit number 277.
export const limit277 = 277

// Limit number 278.
export const limit278 = 278

// Limit number 279.
export const limit279 = 279

// Limit number 280.
export const limit280 = 280

// Limit number 281.
export const limit281 = 281

// Limit number 282.
export const limit282 = 282

// Limit number 283.
export const limit283 = 283

// Limit number 284.
export const limit284 = 284

// Limit number 285.
export const limit285 = 285

// Limit number 286.
export const limit286 = 286

// Limit number 287.
export const limit287 = 287

// Limit number 288.
export const limit288 = 288

// Limit number 289.
export const limit289 = 289

// Limit number 290.
export const limit290 = 290

// Limit number 291.
export const limit291 = 291

// Limit number 292.
export const limit292 = 292

// Limit number 293.
export const limit293 = 293

// Limit number 294.
export const limit294 = 294

// Limit number 295.
export const limit295 = 295

// Limit number 296.
export const limit296 = 296

// Limit number 297.
export const limit297 = 297

// Limit number 298.
export const limit298 = 298

// Limit number 299.
export const limit299 = 299

